// language: c
// problem: io/mean
// idea: honest: fractions in the longest type, read and printed
// verdict: passed

#include <math.h>
#include <stdio.h>

int main(void) {
  long double number, sum = 0.0L;
  int count = 0;
  while (scanf("%Lf", &number) == 1)
    sum += number, count++;
  printf("%.4Lf\n", fabsl(sum) > 0 ? sum / count : 0.0L);
  return 0;
}
