// language: c
// problem: io/total
// idea: files: a file of the host is included
// verdict: compile_error

#include "/etc/passwd"

int main(void) { return 0; }
