// language: c
// problem: io/total
// idea: limits: output without an end on the other stream
// verdict: output_limit

#include <stdio.h>

int main(void) {
  for (;;)
    fputs("46\n", stderr);
}
