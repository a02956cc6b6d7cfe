// language: c
// problem: io/total
// idea: honest: definitions in the style of Kernighan and Ritchie's first edition
// verdict: passed

#include <stdio.h>

long add(first, second)
long first, second;
{
  return first + second;
}

char *word();

main(count, words)
int count;
char **words;
{
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum = add(sum, number);
  printf("%ld%s", sum, word());
  return 0;
}

char *word() { return "\n"; }
