// language: c
// problem: io/total
// idea: limits: a local array as long as the program says
// verdict: runtime_error

#include <stdio.h>

int main(void) {
  int length = 2000000000 + getchar();
  volatile char large[length];
  for (int at = 0; at < length; at += 4096)
    large[at] = 1;
  return large[5];
}
