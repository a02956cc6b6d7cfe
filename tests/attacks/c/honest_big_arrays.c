// language: c
// problem: io/total
// idea: honest: four arrays of 100 MB, as for a contest
// verdict: passed

#include <stdio.h>

#define SIZE 25000000

int first[SIZE], second[SIZE], third[SIZE], fourth[SIZE];

int main(void) {
  long number, sum = 0;
  int at = 0;
  while (scanf("%ld", &number) == 1) {
    first[at] = (int)(number >> 16);
    fourth[SIZE - 1 - at] = (int)(number & 0xffff);
    at++;
  }
  for (int index = 0; index < at; index++)
    sum += ((long)first[index] << 16) + fourth[SIZE - 1 - index] + second[index] + third[SIZE - 1];
  printf("%ld\n", sum);
}
