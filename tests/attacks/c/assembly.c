// language: c
// problem: io/total
// idea: inline assembly: an instruction that ends the program
// verdict: runtime_error

#include <stdio.h>

int main(void) {
  puts("46");
  __asm__ volatile("unreachable");
  return 0;
}
