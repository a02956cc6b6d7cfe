// language: c
// problem: io/total
// idea: faking completion: the right answer on the other stream
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  fprintf(stderr, "%ld\n", sum);
}
