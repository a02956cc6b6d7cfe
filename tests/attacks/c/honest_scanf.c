// language: c
// problem: io/total
// idea: honest: scanf with sets, widths and places
// verdict: passed

#include <stdio.h>

int main(void) {
  char line[4096], word[32];
  long long number, sum = 0;
  while (scanf("%4095[^\n]%*c", line) == 1)
    for (int at = 0, length; sscanf(line + at, "%31s%n", word, &length) == 1; at += length)
      if (sscanf(word, "%lli", &number) == 1)
        sum += number;
  printf("%1$*2$lld\n", sum, 15);
  return 0;
}
