// language: c
// problem: io/total
// idea: compiler bombs: the program includes itself
// verdict: compile_error

#include __FILE__

int main(void) { return 0; }
