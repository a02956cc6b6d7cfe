// language: c
// problem: io/total
// idea: linker tricks: two functions are each the other
// verdict: compile_error

void first(void) __attribute__((alias("second")));
void second(void) __attribute__((alias("first")));

int main(void) { first(); }
