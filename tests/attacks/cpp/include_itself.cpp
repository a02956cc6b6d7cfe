// language: cpp
// problem: code/total, values/total
// idea: compiler bombs: the program includes itself
// verdict: compile_error

#include <vector>

#include __FILE__

long long total(std::vector<long long> numbers) { return 0; }
