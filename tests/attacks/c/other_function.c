// language: c
// problem: io/total
// idea: undefined behaviour: a function is called as one of another type
// verdict: runtime_error

#include <stdio.h>

static double half(double number) { return number / 2; }

int main(void) {
  double (*volatile by_pointer)(double) = half;
  printf("%d\n", ((int (*)(int, int))by_pointer)(92, 0));
}
