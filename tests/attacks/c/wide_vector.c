// language: c
// problem: io/total
// idea: compiler bombs: vectors of a million items
// verdict: compile_error

#include <stdio.h>

typedef int wide __attribute__((vector_size(1 << 22)));

static wide grow(wide a, wide b) { return a * b + (a > b); }

int main(void) {
  static wide numbers;
  scanf("%d", (int *)&numbers);
  numbers = grow(numbers, numbers * 3);
  printf("%d\n", numbers[5]);
}
