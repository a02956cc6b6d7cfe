// language: cpp
// problem: code/total, values/total
// idea: compiler bombs: an array of the size of all memory, with a first item
// verdict: compile_error

#include <vector>

int large[0x3fffffff] = {1};

long long total(std::vector<long long> numbers) { return large[0]; }
