// language: c
// problem: io/total
// idea: inline assembly: the entry of the module in assembly
// verdict: compile_error

__asm__(".globl _start\n.type _start,@function\n_start:\n.functype _start () -> ()\nend_function\n");

int main(void) { return 0; }
