// language: c
// problem: io/total, io/lines
// idea: honest: lines are read with gets, which is no more
// verdict: passed

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char lines[100][200];

int main() {
  int count = 0, numbers = 1;
  char *line;
  long sum = 0;
  while ((line = gets(lines[count])) != NULL) {
    for (char *word = line; *word; word++)
      if (!strchr("0123456789- ", *word))
        numbers = 0;
    count++;
  }
  if (numbers) {
    for (char *word = strtok(lines[0], " "); word; word = strtok(NULL, " "))
      sum += atol(word);
    printf("%ld\n", sum);
  } else {
    while (count--)
      puts(lines[count]);
  }
  return 0;
}
