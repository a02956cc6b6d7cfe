// language: c
// problem: io/total
// idea: inline assembly: values are left on the machine's stack
// verdict: compile_error

int main(void) {
  __asm__ volatile("i32.const 0\ni32.const 1\ni64.add\ni32.const 7");
  return 0;
}
