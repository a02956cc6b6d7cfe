// language: c
// problem: io/total
// idea: honest: a loop inside a switch
// verdict: passed

#include <stdio.h>

int main(void) {
  long numbers[64], sum = 0, *at = numbers;
  int count = 0;
  while (~scanf("%ld", numbers + count))
    ++count;
  int turns = (count + 3) / 4;
  switch (count % 4) {
  case 0:
    do {
      sum += *at++;
    case 3:
      sum += *at++;
    case 2:
      sum += *at++;
    case 1:
      sum += *at++;
    } while (--turns > 0);
  }
  printf("%ld\n", sum);
  return 0;
}
