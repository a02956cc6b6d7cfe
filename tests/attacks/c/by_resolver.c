// language: c
// problem: io/total
// idea: linker tricks: a function chooses main at load time
// verdict: compile_error

static int quiet(void) { return 0; }
static void *choose(void) { return quiet; }
int main(void) __attribute__((ifunc("choose")));
