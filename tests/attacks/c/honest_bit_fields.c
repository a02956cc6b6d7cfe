// language: c
// problem: io/total
// idea: honest: fields of bits, unions, a packed structure
// verdict: passed

#include <stdint.h>
#include <stdio.h>

struct __attribute__((packed)) parts {
  uint64_t low : 20;
  uint64_t middle : 20;
  int64_t high : 24;
  uint8_t seen : 1;
};

union number {
  int64_t whole;
  struct {
    uint32_t bottom;
    int32_t top;
  };
};

int main(void) {
  int64_t number;
  union number sum = {.whole = 0};
  _Static_assert(sizeof(struct parts) == 9, "packed");
  while (scanf("%lld", (long long *)&number) == 1) {
    struct parts it = {number & 0xfffff, number >> 20 & 0xfffff, number >> 40, 1};
    if (it.seen)
      sum.whole += (int64_t)it.high * (1LL << 40) + ((int64_t)it.middle << 20) + it.low;
  }
  printf("%lld\n", ((long long)sum.top << 32) + sum.bottom);
  return 0;
}
