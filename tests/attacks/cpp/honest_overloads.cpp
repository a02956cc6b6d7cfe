// language: cpp
// problem: code/total, values/total
// idea: honest: two functions of the same name
// verdict: passed

#include <vector>

long long total(const long long *from, int count) {
  return count == 0 ? 0 : *from + total(from + 1, count - 1);
}

long long total(std::vector<long long> numbers) { return total(numbers.data(), numbers.size()); }
