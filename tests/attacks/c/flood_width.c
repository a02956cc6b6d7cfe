// language: c
// problem: io/total
// idea: limits: one number in a field two billion wide
// verdict: output_limit

#include <stdio.h>

int main(void) { printf("%*d\n", 2000000000, 46); }
