// language: c
// problem: io/total
// idea: limits: an exit that calls itself again on the way out
// verdict: out_of_fuel

#include <stdlib.h>

static void again(void) { atexit(again); }

int main(void) {
  atexit(again);
  return 0;
}
