// problem: io/total
// idea: files: the assembler takes a file of the host in

__asm__(".data\nsecret: .incbin \"/etc/passwd\"\n");

int main(void) { return 0; }
