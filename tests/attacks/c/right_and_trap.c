// language: c
// problem: io/total
// idea: faking completion: the answer is right, and then comes what no machine can do
// verdict: runtime_error

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
  fflush(stdout);
  __builtin_trap();
}
