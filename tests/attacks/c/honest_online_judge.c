// language: c
// problem: io/total
// idea: honest: a file stands for the input, but not where there is a judge
// verdict: passed

#include <stdio.h>

int main(void) {
#ifndef ONLINE_JUDGE
  freopen("input.txt", "r", stdin);
#endif
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
}
