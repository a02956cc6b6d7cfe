// language: c
// problem: io/total
// idea: honest: integers of 128 bits, and of as many as one likes
// verdict: passed

#include <stdio.h>

int main(void) {
  __int128 sum = 0;
  _BitInt(67) other = 0;
  long long number;
  while (scanf("%lld", &number) == 1) {
    sum += (__int128)number << 64;
    other += number;
  }
  if ((long long)other == (long long)(sum >> 64))
    printf("%lld\n", (long long)(sum / ((__int128)1 << 64)));
}
