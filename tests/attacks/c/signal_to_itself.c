// language: c
// problem: io/total
// idea: signals: it kills itself
// verdict: runtime_error

#include <signal.h>
#include <stdio.h>

int main(void) {
  puts("46");
  fflush(stdout);
  raise(SIGKILL);
  raise(SIGSEGV);
}
