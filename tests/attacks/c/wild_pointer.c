// language: c
// problem: io/total
// idea: undefined behaviour: a place out of all memory
// verdict: runtime_error

int main(void) {
  volatile int *far = (int *)0xfffffff0u;
  *far = 46;
  return 0;
}
