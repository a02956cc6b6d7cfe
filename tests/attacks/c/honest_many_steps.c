// language: c
// problem: io/total
// idea: honest: a hundred million steps before the answer
// verdict: passed

#include <stdint.h>
#include <stdio.h>

int main(void) {
  uint32_t state = 1;
  for (int step = 0; step < 100000000; step++)
    state = state * 1664525u + 1013904223u;
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum + (state == 12345));
}
