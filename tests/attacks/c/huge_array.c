// language: c
// problem: io/total
// idea: compiler bombs: an array of the size of all memory, with a first item
// verdict: compile_error

int large[0x1fffffff] = {1};

int main(void) { return large[0]; }
