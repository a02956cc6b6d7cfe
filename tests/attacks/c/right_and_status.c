// language: c
// problem: io/total
// idea: faking completion: the answer is right, and the status is not
// verdict: runtime_error

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
  return 3;
}
