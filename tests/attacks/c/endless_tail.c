// language: c
// problem: io/total
// idea: limits: a function that goes on as another, and back
// verdict: out_of_fuel

static volatile unsigned turns;
static int there(int);
static int here(int turn) { return turns++, there(turn + 1); }
static int there(int turn) { return turns++, here(turn - 1); }

int main(void) { return here(0); }
