// language: c
// problem: io/total
// idea: faking completion: the answer is right, and then the process gives up
// verdict: runtime_error

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
  fflush(stdout);
  abort();
}
