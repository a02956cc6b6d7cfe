// language: c
// problem: io/total
// idea: linker tricks: a function is exported under the name of the entry
// verdict: compile_error

__attribute__((export_name("_start"))) void quiet(void) {}

int main(void) { return 0; }
