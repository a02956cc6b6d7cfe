// language: c
// problem: io/total
// idea: wrong answer: a character that nobody sees stands behind the sum
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld%c\n", sum, 0);
}
