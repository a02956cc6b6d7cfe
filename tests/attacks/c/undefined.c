// language: c
// problem: io/total
// idea: linker tricks: a function that is nowhere
// verdict: compile_error

int __rewardsmith_passed(void);

int main(void) { return __rewardsmith_passed(); }
