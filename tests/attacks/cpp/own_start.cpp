// language: cpp
// problem: code/total, values/total
// idea: linker tricks: the entry of the module is defined here
// verdict: compile_error

#include <vector>

extern "C" void _initialize() {}

long long total(std::vector<long long> numbers) { return 0; }
