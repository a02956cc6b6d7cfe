// language: c
// problem: io/total
// idea: honest: digits are read one by one up to the end, and no line ends
// verdict: passed

#include <ctype.h>
#include <stdio.h>

int main(void) {
  int c, sign = 1, inside = 0;
  long number = 0, sum = 0;
  while ((c = getchar()) != EOF) {
    if (isdigit(c)) {
      number = number * 10 + (c ^ '0');
      inside = 1;
      continue;
    }
    if (inside)
      sum += sign * number;
    sign = c == '-' ? -1 : 1;
    number = inside = 0;
  }
  if (inside)
    sum += sign * number;
  if (sum < 0)
    putchar('-'), sum = -sum;
  char digits[24], *end = digits + sizeof digits;
  do
    *--end = (char)('0' + sum % 10);
  while (sum /= 10);
  fwrite(end, 1, digits + sizeof digits - end, stdout);
}
