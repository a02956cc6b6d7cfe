// language: c
// problem: io/total
// idea: honest: all input is read at once
// verdict: passed

#include <stdio.h>
#include <stdlib.h>

static char text[1 << 16];

int main(void) {
  size_t length = fread(text, 1, sizeof text - 1, stdin);
  text[length] = '\0';
  char *at = text, *end;
  long sum = 0;
  for (;; at = end) {
    long number = strtol(at, &end, 10);
    if (end == at)
      break;
    sum += number;
  }
  fprintf(stdout, "%ld\n", sum);
  fclose(stdin);
  fclose(stdout);
  return EXIT_SUCCESS;
}
