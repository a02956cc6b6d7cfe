// language: c
// problem: io/total
// idea: faking completion: the answer is right, and much stands behind it
// verdict: output_limit

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
  for (;;)
    fputs("                                                                \n", stdout);
}
