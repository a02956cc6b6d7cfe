// language: c
// problem: io/total
// idea: honest: main gives nothing back
// verdict: passed

#include <stdio.h>

void /* as in old books */ main() {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
  if (sum < 0)
    return;
  fflush(stdout);
}
