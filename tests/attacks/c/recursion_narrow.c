// language: c
// problem: io/total
// idea: limits: recursion without an end, and nothing on the stack in memory
// verdict: runtime_error

static volatile unsigned place;

static unsigned dive(unsigned depth) { return dive(depth + place) * 3 + depth + place; }

int main(void) { return dive(place); }
