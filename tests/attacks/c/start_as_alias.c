// language: c
// problem: io/total
// idea: linker tricks: the entry of the module is another name of a function
// verdict: compile_error

void quiet(void) {}
void _start(void) __attribute__((alias("quiet")));

int main(void) { return 0; }
