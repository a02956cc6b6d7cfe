// language: c
// problem: io/total
// idea: surroundings: a host is called
// verdict: compile_error

#include <sys/socket.h>

int main(void) {
  int line = socket(AF_INET, SOCK_STREAM, 0);
  return connect(line, 0, 0);
}
