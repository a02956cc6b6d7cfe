// language: c
// problem: io/lines
// idea: honest: lines of any length on a list
// verdict: passed

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct node {
  char *line;
  struct node *before;
} node;

int main(void) {
  node *last = NULL;
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) != -1) {
    node *it = malloc(sizeof *it);
    line[strcspn(line, "\r\n")] = '\0';
    it->line = strdup(line);
    it->before = last;
    last = it;
  }
  for (node *it = last, *before; it; it = before) {
    before = it->before;
    puts(it->line);
    free(it->line);
    free(it);
  }
  free(line);
}
