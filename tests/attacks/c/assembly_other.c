// language: c
// problem: io/total
// idea: inline assembly: that of another machine
// verdict: compile_error

int main(void) {
  __asm__ volatile("mov $60, %rax\nxor %rdi, %rdi\nsyscall");
  return 0;
}
