// language: c
// problem: io/total
// idea: own syntax: a condition that does not end
// verdict: compile_error

#include <stdio.h>

int main(void) { return puts("46") < 0; }
#if 0
