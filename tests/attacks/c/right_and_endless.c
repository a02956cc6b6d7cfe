// language: c
// problem: io/total
// idea: faking completion: the answer is right, and then there is no end
// verdict: out_of_fuel

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
  fflush(stdout);
  for (volatile int turn = 0;; turn++)
    ;
}
