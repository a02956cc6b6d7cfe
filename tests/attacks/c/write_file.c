// language: c
// problem: io/total
// idea: files: a file is left for the next one
// verdict: wrong_answer

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
  const char *names[] = {"/tmp/left", "left", "/work/left", "../left", "/dev/stdout"};
  for (int at = 0; at < 5; at++) {
    FILE *file = fopen(names[at], "w+");
    if (file)
      fputs("46\n", file), puts("a file can be written");
  }
  if (mkdir("/tmp/left", 0777) == 0 || unlink("/etc/passwd") == 0)
    puts("a folder can be made");
  return 0;
}
