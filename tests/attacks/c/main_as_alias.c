// language: c
// problem: io/total
// idea: linker tricks: main is another name of a function
// verdict: runtime_error

int quiet(void) { return 0; }
int main(void) __attribute__((alias("quiet")));
