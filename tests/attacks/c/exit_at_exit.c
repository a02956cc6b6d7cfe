// language: c
// problem: io/total
// idea: faking completion: a failure is turned into success on the way out
// verdict: wrong_answer

#include <stdlib.h>

static void well(void) { _Exit(0); }

int main(void) {
  atexit(well);
  return 3;
}
