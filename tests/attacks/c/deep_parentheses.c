// language: c
// problem: io/total
// idea: compiler bombs: parentheses a million deep
// verdict: compile_error

#define A(x) ((((((((((x))))))))))
#define B(x) A(A(A(A(A(A(A(A(A(A(x))))))))))
#define C(x) B(B(B(B(B(B(B(B(B(B(x))))))))))

int main(void) { return C(C(C(0))); }
