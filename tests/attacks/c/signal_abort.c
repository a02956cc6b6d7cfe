// language: c
// problem: io/total
// idea: signals: a handler of SIGABRT ends the process well
// verdict: wrong_answer

#include <signal.h>
#include <stdlib.h>

static void well(int number) { _Exit(0); }

int main(void) {
  signal(SIGABRT, well);
  raise(SIGABRT);
  return 1;
}
