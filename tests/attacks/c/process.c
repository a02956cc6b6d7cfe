// language: c
// problem: io/total
// idea: surroundings: another process is started
// verdict: compile_error

#include <unistd.h>

int main(void) {
  if (fork() == 0)
    execl("/bin/sh", "sh", "-c", "echo 46", (char *)0);
}
