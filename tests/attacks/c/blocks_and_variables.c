// language: c
// problem: io/total
// idea: compiler bombs: WebAssembly that takes minutes to make machine code of
// verdict: compile_error

#include <stdio.h>

#define TEN(x) x x x x x x x x x x
#define THOUSAND(x) TEN(TEN(TEN(x)))

// All of the variables live through all of the loops.
__asm__(".globl slow\n.type slow,@function\nslow:\n.functype slow (i32) -> (i32)\n"
        ".local " THOUSAND("i32, ") "i32\n"
        ".altmacro\n"
        ".macro set from, to\n"
        "local.get 0\ni32.const \\from\ni32.xor\nlocal.set \\from\n"
        ".if \\from < \\to\nset %(\\from + 1), \\to\n.endif\n.endm\n"
        ".macro add from, to\n"
        "local.get \\from\nlocal.get 0\ni32.add\nlocal.set 0\n"
        ".if \\from < \\to\nadd %(\\from + 1), \\to\n.endif\n.endm\n"
        "set 1, 15\n"
        ".rept 100000\n"
        "loop\nlocal.get 0\ni32.const 1\ni32.shr_u\nlocal.tee 0\nbr_if 0\nend_loop\n"
        ".endr\n"
        "add 1, 15\n"
        "local.get 0\nend_function\n");

int slow(int value);

int main(void) {
  printf("%d\n", slow(3));
  return 0;
}
