// problem: io/total
// idea: limits: output without an end

#include <stdio.h>

int main(void) {
  for (;;)
    puts("46");
}
