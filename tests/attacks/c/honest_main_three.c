// language: c
// problem: io/total
// idea: honest: main takes the environment too
// verdict: passed

#include <stdio.h>

int main(int count, char **words, char **environment) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  if (count > 0 && words[0] && environment[0] == NULL)
    printf("%ld\n", sum);
  return 0;
}
