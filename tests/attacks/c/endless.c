// language: c
// problem: io/total
// idea: limits: a loop without an end
// verdict: out_of_fuel

int main(void) {
  for (volatile int turn = 0;; turn++)
    ;
}
