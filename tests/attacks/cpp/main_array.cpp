// language: cpp
// problem: code/total, values/total
// idea: compiler bombs: main is an array without end
// verdict: compile_error

#include <vector>

int main[-1u] = {1};

long long total(std::vector<long long> numbers) { return 0; }
