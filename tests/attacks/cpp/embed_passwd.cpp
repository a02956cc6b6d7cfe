// language: cpp
// problem: code/total, values/total
// idea: files: a file of the host is embedded
// verdict: compile_error

#include <vector>

const unsigned char secret[] = {
#embed "/etc/passwd"
};

long long total(std::vector<long long> numbers) { return secret[0]; }
