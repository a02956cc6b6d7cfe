// language: c
// problem: io/total
// idea: the host's calls: a message that never came, taken to a place out of memory
// verdict: wrong_answer

#include <stdio.h>

__attribute__((import_module("rewardsmith"), import_name("size"))) unsigned size(void);
__attribute__((import_module("rewardsmith"), import_name("take"))) void take(void *);

int main(void) {
  static char text[64];
  printf("%u", size());
  take(text);
  puts(text);
}
