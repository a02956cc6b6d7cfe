// language: c
// problem: io/total
// idea: wrong answer: reads after its input was closed, where natively nothing comes
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  fclose(stdin);
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
  return 0;
}
