// language: c
// problem: io/total
// idea: limits: output without an end
// verdict: output_limit

#include <stdio.h>

int main(void) {
  for (;;)
    puts("46");
}
