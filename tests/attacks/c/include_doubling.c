// language: c
// problem: io/total
// idea: compiler bombs: the program includes itself twice on every level
// verdict: compile_error

#if __INCLUDE_LEVEL__ < 60
#include __FILE__
#include __FILE__
#else
static int JOIN;
#endif
#if __INCLUDE_LEVEL__ == 0
int main(void) { return 0; }
#endif
