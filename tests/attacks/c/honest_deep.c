// language: c
// problem: io/total
// idea: honest: a recursion a hundred thousand deep
// verdict: passed

#include <stdio.h>

static long dive(int depth, const long *numbers, int count) {
  long here[4] = {depth, count, 0, 0};
  if (depth == 0)
    return 0;
  here[2] = dive(depth - 1, numbers, count);
  here[3] = depth <= count ? numbers[depth - 1] : 0;
  return here[2] + here[3] * (here[0] == depth);
}

int main(void) {
  static long numbers[1000];
  int count = 0;
  while (scanf("%ld", &numbers[count]) == 1)
    count++;
  printf("%ld\n", dive(100000, numbers, count));
}
