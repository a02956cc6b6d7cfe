// language: c
// problem: io/total
// idea: files: a file of the host is included by its way up
// verdict: compile_error

#include "../../../../../../../../etc/hostname"

int main(void) { return 0; }
