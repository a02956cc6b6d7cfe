// language: c
// problem: io/total
// idea: undefined behaviour: all of memory is overwritten from its beginning
// verdict: runtime_error

int main(void) {
  for (volatile char *at = 0;; at++)
    *at = 0x55;
}
