// language: c
// problem: io/total
// idea: compiler bombs: a macro doubles on each of many levels
// verdict: compile_error

#define A(x) x x
#define B(x) A(A(A(A(x))))
#define C(x) B(B(B(B(x))))
#define D(x) C(C(C(C(x))))

int main(void) {
  int sum = 0;
  D(D(sum++;)) return sum;
}
