// language: c
// problem: io/total
// idea: files: a file without an end is included
// verdict: compile_error

#include "/dev/zero"

int main(void) { return 0; }
