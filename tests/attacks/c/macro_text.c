// language: c
// problem: io/total
// idea: compiler bombs: a text of gigabytes by macros
// verdict: compile_error

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B A A A A A A A A A A A A A A A A
#define C B B B B B B B B B B B B B B B B
#define D C C C C C C C C C C C C C C C C
#define E D D D D D D D D D D D D D D D D
#define F E E E E E E E E E E E E E E E E

const char text[] = F F F F F F F F;

int main(void) { return text[5]; }
