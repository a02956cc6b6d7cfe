// language: c
// problem: io/total
// idea: honest: functions by pointer, sorting and searching
// verdict: passed

#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b) {
  long x = *(const long *)a, y = *(const long *)b;
  return (x > y) - (x < y);
}

static long add(long a, long b) { return a + b; }
static long subtract(long a, long b) { return a - b; }

int main(void) {
  long *numbers = NULL, sum = 0;
  size_t count = 0;
  for (long number; scanf("%ld", &number) == 1;) {
    numbers = realloc(numbers, ++count * sizeof *numbers);
    numbers[count - 1] = number;
  }
  qsort(numbers, count, sizeof *numbers, compare);
  long (*steps[2])(long, long) = {add, subtract};
  for (size_t index = 0; index < count; index++)
    if (bsearch(&numbers[index], numbers, count, sizeof *numbers, compare))
      sum = (*steps[index % 2])(sum, index % 2 ? -numbers[index] : numbers[index]);
  printf("%ld\n", sum);
  free(numbers);
}
