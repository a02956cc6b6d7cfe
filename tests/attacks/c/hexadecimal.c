// language: c
// problem: io/total
// idea: wrong answer: the right sum in sixteens
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%s0x%lx\n", sum < 0 ? "-" : "", sum < 0 ? -sum : sum);
}
