// language: c
// problem: io/total
// idea: honest: it wants a key to be pressed at the end, as on Windows
// verdict: passed

#include <stdio.h>
#include <stdlib.h>

int main() {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  printf("%ld\n", sum);
  fflush(stdin);
  system("pause");
  return 0;
}
