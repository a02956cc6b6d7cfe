// language: c
// problem: io/total
// idea: surroundings: a jump back without its header
// verdict: compile_error

#include <stdio.h>

int setjmp(void *);
void longjmp(void *, int);

int main(void) {
  static char back[512];
  if (setjmp(back) == 0)
    longjmp(back, 1);
  puts("46");
}
