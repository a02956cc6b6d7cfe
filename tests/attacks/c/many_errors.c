// language: c
// problem: io/total
// idea: compiler bombs: more errors than one can read
// verdict: compile_error

#define A x y z ) ( ; 7 = 8;
#define B A A A A A A A A A A A A A A A A
#define C B B B B B B B B B B B B B B B B
#define D C C C C C C C C C C C C C C C C

int main(void) { D D D D }
