// language: c
// problem: io/total
// idea: honest: a function is inline and nothing else
// verdict: passed

#include <stdio.h>

inline long add(long a, long b) { return a + b; }

extern inline long take(long a, long b);
inline long take(long a, long b) { return a - b; }

static inline __attribute__((always_inline)) long negative(register const long a) { return -a; }

int main(void) {
  long number, sum = 0;
  long (*volatile by_pointer)(long, long) = add;
  while (scanf("%ld", &number) == 1)
    sum = number < 0 ? take(sum, negative(number)) : by_pointer(sum, number);
  printf("%ld\n", add(sum, 0));
}
