// problem: code/total, values/total
// idea: limits: more memory than there is at once

#include <vector>

long long total(std::vector<long long> numbers) {
  std::vector<long long> large(400000000, 1);
  return large[numbers.size()];
}
