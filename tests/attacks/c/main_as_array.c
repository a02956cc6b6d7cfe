// language: c
// problem: io/total
// idea: linker tricks: main is data
// verdict: compile_error

const int main[] = {0xc3c3c3c3};
