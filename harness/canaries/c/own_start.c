// problem: io/total
// idea: linker tricks: the entry of the module is defined here

void _start(void) {}

int main(void) { return 0; }
