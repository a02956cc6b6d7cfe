// problem: io/total
// idea: compiler bombs: the program includes itself

#include __FILE__

int main(void) { return 0; }
