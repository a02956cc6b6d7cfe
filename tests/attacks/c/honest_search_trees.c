// language: c
// problem: io/total
// idea: honest: the library's own trees, tables and queues
// verdict: passed

#include <search.h>
#include <stdio.h>
#include <stdlib.h>

static long sum;

static int compare(const void *a, const void *b) { return *(const long *)a < *(const long *)b ? -1 : 1; }

static void visit(const void *node, VISIT order, int depth) {
  if (order == postorder || order == leaf)
    sum += **(long *const *)node;
}

int main(void) {
  void *root = NULL;
  for (long number; scanf("%ld", &number) == 1;) {
    long *kept = malloc(sizeof *kept);
    *kept = number;
    tsearch(kept, &root, compare);
  }
  twalk(root, visit);
  printf("%ld\n", sum);
}
