// language: c
// problem: io/total
// idea: undefined behaviour: a division by zero
// verdict: runtime_error

#include <stdio.h>

int main(void) {
  volatile int zero = 0;
  printf("%d\n", 46 / zero);
}
