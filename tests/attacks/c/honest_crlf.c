// language: c
// problem: io/lines
// idea: honest: each line ends as on Windows, and the last not at all
// verdict: passed

#include <stdio.h>
#include <string.h>

int main(void) {
  static char lines[50][200];
  int count = 0;
  while (fgets(lines[count], sizeof lines[0], stdin)) {
    lines[count][strcspn(lines[count], "\n")] = 0;
    count++;
  }
  while (count-- > 1)
    printf("%s\r\n", lines[count]);
  printf("%s", lines[0]);
}
