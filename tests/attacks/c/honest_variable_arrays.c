// language: c
// problem: io/total
// idea: honest: arrays whose length is known at run time, in one and two dimensions
// verdict: passed

#include <stdio.h>
#include <stdlib.h>

static long total(int rows, int columns, long grid[rows][columns]) {
  long sum = 0;
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column++)
      sum += grid[row][column];
  return sum;
}

int main(void) {
  long number;
  int count = 0;
  long (*many)[2] = calloc(1000, sizeof *many);
  while (scanf("%ld", &number) == 1)
    many[count++][1] = number;
  long exact[count][2];
  for (int index = 0; index < count; index++)
    exact[index][0] = 0, exact[index][1] = many[index][1];
  printf("%ld\n", total(count, 2, exact));
  free(many);
  return sizeof exact != count * 2 * sizeof(long);
}
