// language: c
// problem: io/total
// idea: compiler bombs: a hundred thousand variables that live at once
// verdict: compile_error

#define PASTE(a, b, c, d, e) v##a##b##c##d##e
#define E(a, b, c, d, e) volatile int PASTE(a, b, c, d, e) = __COUNTER__;
#define D(a, b, c, d) E(a, b, c, d, 0) E(a, b, c, d, 1) E(a, b, c, d, 2) E(a, b, c, d, 3) E(a, b, c, d, 4) E(a, b, c, d, 5) E(a, b, c, d, 6) E(a, b, c, d, 7) E(a, b, c, d, 8) E(a, b, c, d, 9)
#define C(a, b, c) D(a, b, c, 0) D(a, b, c, 1) D(a, b, c, 2) D(a, b, c, 3) D(a, b, c, 4) D(a, b, c, 5) D(a, b, c, 6) D(a, b, c, 7) D(a, b, c, 8) D(a, b, c, 9)
#define B(a, b) C(a, b, 0) C(a, b, 1) C(a, b, 2) C(a, b, 3) C(a, b, 4) C(a, b, 5) C(a, b, 6) C(a, b, 7) C(a, b, 8) C(a, b, 9)
#define A(a) B(a, 0) B(a, 1) B(a, 2) B(a, 3) B(a, 4) B(a, 5) B(a, 6) B(a, 7) B(a, 8) B(a, 9)

int main(void) {
  A(0) A(1) A(2) A(3) A(4) A(5) A(6) A(7) A(8) A(9)
  return v00000 + v99999 < 0;
}
