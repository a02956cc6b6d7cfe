// language: c
// problem: io/total
// idea: compiler bombs: blocks in blocks in blocks
// verdict: compile_error

#define A(x) {{{{{{{{{{x}}}}}}}}}}
#define B(x) A(A(A(A(A(A(A(A(A(A(x))))))))))
#define C(x) B(B(B(B(B(B(B(B(B(B(x))))))))))

int main(void) C(C(C(C(C(return 0;)))))
