// language: c
// problem: io/total
// idea: wrong answer: an assertion does not hold
// verdict: runtime_error

#include <assert.h>
#include <stdio.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  assert(sum == 1);
  printf("%ld\n", sum);
}
