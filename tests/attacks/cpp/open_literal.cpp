// language: cpp
// problem: code/total, values/total
// idea: faking completion: a raw literal that is not closed swallows what follows
// verdict: compile_error

#include <vector>

long long total(std::vector<long long> numbers) { return 0; }
const char *rest = R"x(
