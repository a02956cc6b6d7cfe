// language: c
// problem: io/total
// idea: honest: the answer is printed on the way out
// verdict: passed

#include <stdio.h>
#include <stdlib.h>

static long sum;

static void answer(void) { printf("%ld", sum); }

__attribute__((destructor)) static void end(void) { printf("\n"); }
__attribute__((constructor)) static void begin(void) { sum = 0; }

int main(void) {
  long number;
  atexit(answer);
  while (scanf("%ld", &number) == 1)
    sum += number;
  exit(0);
}
