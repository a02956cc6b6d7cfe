// language: c
// problem: io/total
// idea: compiler bombs: integers of a hundred thousand bits
// verdict: compile_error

#include <stdio.h>

int main(void) {
  unsigned _BitInt(100000) number = 0;
  long long digit;
  while (scanf("%lld", &digit) == 1)
    number = number * number + (unsigned long long)digit;
  printf("%lld\n", (long long)(number % 1000003));
}
