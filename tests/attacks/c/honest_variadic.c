// language: c
// problem: io/total
// idea: honest: functions with any number of parameters
// verdict: passed

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static int64_t total(int count, ...) {
  va_list rest, again;
  va_start(rest, count);
  va_copy(again, rest);
  int64_t sum = 0;
  for (int index = 0; index < count; index++)
    sum += va_arg(rest, int64_t);
  for (int index = 0; index < count; index++)
    sum += 0 * va_arg(again, int64_t);
  va_end(again);
  va_end(rest);
  return sum;
}

static void say(const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  vprintf(format, rest);
  va_end(rest);
}

int main(void) {
  int64_t number, sum = 0;
  while (scanf("%" SCNd64, &number) == 1)
    sum = total(3, sum, number, INT64_C(0));
  say("%s%" PRId64 "%c", "", sum, '\n');
}
