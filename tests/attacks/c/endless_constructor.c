// language: c
// problem: io/total
// idea: limits: a loop without an end before main
// verdict: out_of_fuel

static volatile int turn;

__attribute__((constructor)) static void early(void) {
  while (1)
    turn++;
}

int main(void) { return 0; }
