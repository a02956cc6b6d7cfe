// language: c
// problem: io/total
// idea: undefined behaviour: an array is read far behind its end
// verdict: runtime_error

#include <stdio.h>

static volatile int numbers[4];

int main(void) {
  long sum = 0;
  for (volatile unsigned at = 0; at < 1000000000u; at += 1024)
    sum += numbers[at];
  printf("%ld\n", sum);
}
