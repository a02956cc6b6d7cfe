// language: c
// problem: io/total
// idea: linker tricks: a function is main to the assembler only
// verdict: wrong_answer

int quiet(int, char **) __asm__("__main_argc_argv");
int quiet(int count, char **words) { return 0; }
