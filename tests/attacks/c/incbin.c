// language: c
// problem: io/total
// idea: files: the assembler takes a file of the host in
// verdict: compile_error

#include <stdio.h>

__asm__(".section .rodata.secret,\"\",@\nsecret: .incbin \"/etc/passwd\"\n.size secret, 100\n");
extern const char secret[];

int main(void) { puts(secret); }
