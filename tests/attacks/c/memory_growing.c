// language: c
// problem: io/total
// idea: limits: a block that doubles until there is no more
// verdict: out_of_memory

#include <stdlib.h>

int main(void) {
  char *block = 0;
  for (size_t length = 1;; length *= 2) {
    char *larger = realloc(block, length);
    if (!larger)
      abort();
    block = larger;
    block[length - 1] = 1;
  }
}
