// language: c
// problem: io/total
// idea: wrong answer: a sentence stands before the sum
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  printf("The sum is ");
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
}
