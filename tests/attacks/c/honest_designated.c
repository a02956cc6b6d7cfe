// language: c
// problem: io/total
// idea: honest: designated initialisers, literals of structures, choices by type, flexible arrays
// verdict: passed

#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>

struct list {
  size_t length;
  long items[];
};

enum { END = -1, START = +1 };

#define format(value) _Generic((value), long: "%ld\n", int: "%d\n", default: "%lld\n")

static noreturn void finish(struct { int status; } *end) { exit(end->status); }

int main(void) {
  static const int table[128] = {[0 ... 47] = END, ['0'] = 0, ['1'] = 1, ['9'] = 9, [127] = START};
  struct list *list = calloc(1, sizeof *list + 256 * sizeof(long));
  alignas(16) long number;
  while (scanf("%ld", &number) == 1)
    list->items[list->length++] = number;
  long sum = 0;
  for (size_t index = 0; index < list->length; index++)
    sum += *(long[]){list->items[index], 1};
  bool good = table['9'] == 9 && table[5] == END && table['5'] == 0;
  if (good)
    printf(format(sum), sum);
  finish((void *)&(struct { int status; }){.status = EXIT_SUCCESS});
}
