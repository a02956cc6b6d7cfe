// language: c
// problem: io/total
// idea: linker tricks: a pointer in the section of what runs before main
// verdict: wrong_answer

#include <stdlib.h>

static void early(void) { _Exit(0); }

__attribute__((section(".init_array"), used)) static void (*const entry)(void) = early;

int main(void) { return 1; }
