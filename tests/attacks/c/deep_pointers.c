// language: c
// problem: io/total
// idea: compiler bombs: a pointer to a pointer, ten thousand times
// verdict: compile_error

#define A *************************************************************************
#define B A A A A A A A A A A A A A A A A A A A A A A A A A A A A A A A A A A A A A A A
#define C B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B B

int C pointer;

int main(void) { return C pointer; }
