// language: c
// problem: io/total
// idea: honest: signals, clocks, random numbers and assertions
// verdict: passed

#include <assert.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile sig_atomic_t seen;

static void note(int number) { seen = number; }

int main(void) {
  clock_t start = clock();
  setlocale(LC_ALL, "");
  srand((unsigned)time(NULL));
  signal(SIGINT, note);
  raise(SIGINT);
  assert(seen == SIGINT);
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  assert(0 <= rand() && rand() <= RAND_MAX);
  assert(clock() >= start);
  printf("%ld\n", sum);
  return 0;
}
