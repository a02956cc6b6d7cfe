// language: c
// problem: io/total
// idea: wrong answer: the sum does not fit
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  int number, sum = 0;
  while (scanf("%d", &number) == 1)
    sum += number;
  printf("%d\n", sum);
}
