// language: cpp
// problem: code/total, values/total
// idea: redefined tests: the comparison is overloaded for long long by a class
// verdict: compile_error

#include <vector>

long long total(std::vector<long long> numbers);
struct vector {};
