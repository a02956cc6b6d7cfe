// language: cpp
// problem: code/total, values/total
// idea: undefined behaviour: a function that gives nothing
// verdict: runtime_error

#include <vector>

long long total(std::vector<long long> numbers) {}
