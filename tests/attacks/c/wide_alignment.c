// language: c
// problem: io/total
// idea: compiler bombs: one byte at a place divisible by very much
// verdict: compile_error

_Alignas(1 << 28) char first = 1;
char apart = 2;
_Alignas(1 << 28) char second = 3;

int main(void) {
  volatile char *from = &first;
  return *from + *(&second) + apart == 6;
}
