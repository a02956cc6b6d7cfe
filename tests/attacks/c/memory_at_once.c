// language: c
// problem: io/total
// idea: limits: nearly two gigabytes at once, used without a look
// verdict: out_of_memory

#include <stdlib.h>

int main(void) {
  volatile char *large = malloc(1900000000u);
  for (unsigned at = 0; at < 1900000000u; at += 4096)
    large[at] = 1;
  return large[7];
}
