// language: c
// problem: io/total
// idea: surroundings: a jump out of functions, which is not offered
// verdict: compile_error

#include <setjmp.h>
#include <stdio.h>

static jmp_buf back;

int main(void) {
  if (setjmp(back) == 0)
    longjmp(back, 1);
  puts("46");
}
