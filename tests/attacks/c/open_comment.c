// language: c
// problem: io/total
// idea: own syntax: a comment that does not end
// verdict: compile_error

#include <stdio.h>

int main(void) {
  puts("46");
  return 0;
} /* the end
