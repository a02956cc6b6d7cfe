// language: c
// problem: io/total
// idea: wrong answer: prints the answer after its output was closed, where natively nobody would read it
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  fclose(stdout);
  printf("%ld\n", sum);
  return 0;
}
