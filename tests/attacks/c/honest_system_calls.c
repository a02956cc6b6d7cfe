// language: c
// problem: io/total
// idea: honest: it reads and writes descriptors
// verdict: passed

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
  char text[4096];
  ssize_t length = 0, got;
  while ((got = read(STDIN_FILENO, text + length, 7)) > 0)
    length += got;
  text[length] = 0;
  long sum = 0;
  char *at = text;
  for (char *end; sum += strtol(at, &end, 10), end != at;)
    at = end;
  int count = snprintf(text, sizeof text, "%ld\n", sum);
  if (write(STDOUT_FILENO, text, count) != count)
    _exit(1);
  _exit(0);
}
