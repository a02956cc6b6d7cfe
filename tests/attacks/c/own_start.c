// language: c
// problem: io/total
// idea: linker tricks: the entry of the module is defined here
// verdict: compile_error

void _start(void) {}

int main(void) { return 0; }
