// language: c
// problem: io/total
// idea: undefined behaviour: a jump to a number
// verdict: runtime_error

#include <stdio.h>

int main(void) {
  void (*volatile place)(void) = (void (*)(void))123456;
  place();
  puts("46");
}
