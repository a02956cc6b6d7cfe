// language: c
// problem: io/total
// idea: files: the environment and the arguments are printed
// verdict: wrong_answer

#include <stdio.h>
#include <stdlib.h>

extern char **environ;

int main(int count, char **words, char **environment) {
  for (char **it = environ; it && *it; it++)
    puts(*it);
  for (; *environment; environment++)
    puts(*environment);
  for (int at = 0; at < count; at++)
    puts(words[at]);
  puts(getenv("PATH") ? getenv("PATH") : "nothing");
}
