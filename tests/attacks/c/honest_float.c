// language: c
// problem: io/mean
// idea: honest: fractions in formats of every kind
// verdict: passed

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  double sum = 0;
  char word[64];
  int count = 0;
  for (; scanf(" %63[^ \n\t]", word) == 1; count++)
    sum += strtod(word, NULL);
  double mean = sum / fmax(count, 1.0);
  char text[64];
  sprintf(text, "%.17g", mean);
  if (atof(text) != mean || isnan(mean) || mean > DBL_MAX)
    abort();
  printf("%*.*e", 12, 9, mean);
}
