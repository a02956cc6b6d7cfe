// language: c
// problem: io/total
// idea: honest: streams without buffers, characters put back, errors elsewhere
// verdict: passed

#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  static char buffer[BUFSIZ];
  setvbuf(stdout, NULL, _IONBF, 0);
  setvbuf(stdin, buffer, _IOFBF, sizeof buffer);
  long number, sum = 0;
  int c;
  while ((c = getc(stdin)) != EOF) {
    if (c == ' ' || c == '\n')
      continue;
    ungetc(c, stdin);
    fscanf(stdin, "%ld", &number);
    sum += number;
  }
  if (feof(stdin) && !ferror(stdin)) {
    fprintf(stderr, "nothing is wrong: %s\n", strerror(errno));
    fprintf(stdout, "%ld", sum);
    putc('\n', stdout);
  }
  fflush(NULL);
  return 0;
}
