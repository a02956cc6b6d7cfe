// language: c
// problem: io/total
// idea: compiler bombs: zeros of more than all memory
// verdict: out_of_memory

#include <stdio.h>

char first[0x70000000], second[0x70000000];

int main(void) {
  int at = getchar();
  first[at] = second[at] = 1;
  puts(&first[at]);
}
