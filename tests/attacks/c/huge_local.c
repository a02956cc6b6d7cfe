// language: c
// problem: io/total
// idea: limits: a local array of a gigabyte
// verdict: runtime_error

#include <stdio.h>
#include <string.h>

int main(void) {
  char large[1 << 30];
  memset(large, getchar(), sizeof large);
  return large[getchar()];
}
