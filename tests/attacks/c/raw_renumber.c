// language: c
// problem: io/total
// idea: the host's calls: one stream becomes the other
// verdict: wrong_answer

#include <stdio.h>

__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_renumber"))) int
renumber(int, int);

int main(void) {
  long number, sum = 0;
  while (scanf("%ld", &number) == 1)
    sum += number;
  renumber(1, 2);
  renumber(2, 1);
  fprintf(stderr, "%ld\n", sum);
}
