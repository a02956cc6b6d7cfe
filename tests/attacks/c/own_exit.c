// language: c
// problem: io/total
// idea: linker tricks: the exit of the library is defined here and does nothing
// verdict: runtime_error

#include <stdio.h>

void _Exit(int status) { printf("status %d\n", status); }

int main(void) { return 7; }
