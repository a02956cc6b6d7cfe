// language: c
// problem: io/total
// idea: limits: it waits for the clock to reach a year far away
// verdict: out_of_fuel

#include <time.h>

int main(void) {
  while (time(NULL) < 4000000000LL)
    ;
  while (clock() >= 0)
    ;
}
