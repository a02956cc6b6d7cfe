// language: c
// problem: io/total
// idea: limits: recursion without an end
// verdict: runtime_error

static int dive(volatile int *from) {
  volatile int here = *from + 1;
  return dive(&here) + here;
}

int main(void) {
  volatile int start = 0;
  return dive(&start);
}
