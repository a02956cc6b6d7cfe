// language: c
// problem: io/total
// idea: files: the environment of the compiler is included
// verdict: compile_error

#include "/proc/self/environ"

int main(void) { return 0; }
