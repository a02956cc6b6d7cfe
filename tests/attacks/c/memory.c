// language: c
// problem: io/total
// idea: limits: memory without an end, and the program says so
// verdict: runtime_error

#include <stdlib.h>

static char *volatile keep;

int main(void) {
  for (;;) {
    char *more = malloc(1 << 20);
    if (!more)
      return 2;
    for (int at = 0; at < 1 << 20; at += 4096)
      more[at] = 1;
    keep = more;
  }
}
