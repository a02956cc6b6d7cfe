// language: c
// problem: io/total
// idea: honest: jumps to names, and to names in a table
// verdict: passed

#include <stdio.h>

int main(void) {
  long number, sum = 0;
  static void *const places[] = {&&done, &&done, &&more};
again:
  goto *places[scanf("%ld", &number) + 1];
more:
  __attribute__((unused)) int unused;
  goto add;
add:
  sum += number;
  if (scanf("%ld", &number) == 1)
    goto add;
  goto again;
done:
  printf("%ld\n", sum);
}
