// language: c
// problem: io/total
// idea: limits: it waits for input behind the end
// verdict: out_of_fuel

#include <stdio.h>

int main(void) {
  long sum = 0;
  for (;;) {
    clearerr(stdin);
    sum += getchar();
  }
  printf("%ld\n", sum);
}
