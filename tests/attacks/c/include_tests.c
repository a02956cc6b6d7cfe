// language: c
// problem: io/total
// idea: files: the tests are included
// verdict: compile_error

#include "tests.cpp"

int main(void) { return 0; }
