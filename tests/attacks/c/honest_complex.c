// language: c
// problem: io/total
// idea: honest: numbers are complex ones
// verdict: passed

#include <complex.h>
#include <math.h>
#include <stdio.h>

int main(void) {
  double number;
  double complex sum = 0;
  while (scanf("%lf", &number) == 1)
    sum += number * I / cpow(I, 1);
  if (fabs(cimag(sum)) <= cabs(sum))
    printf("%.0f\n", round(creal(sum)));
  return 0;
}
