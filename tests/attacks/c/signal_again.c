// language: c
// problem: io/total
// idea: signals: a handler raises its own signal again and again
// verdict: runtime_error

#include <signal.h>

static volatile int depth;

static void again(int number) {
  depth++;
  signal(number, again);
  raise(number);
  depth--;
}

int main(void) {
  signal(SIGTERM, again);
  raise(SIGTERM);
}
