// language: c
// problem: io/total
// idea: linker tricks: main is a pointer to a function
// verdict: compile_error

#include <stdlib.h>

int (*main)(void) = rand;
