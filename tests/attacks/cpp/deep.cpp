// language: cpp
// problem: code/total, values/total
// idea: limits: recursion without an end
// verdict: runtime_error

#include <vector>

long long dive(volatile long long *from) {
  volatile long long here = *from + 1;
  return dive(&here) + here;
}

long long total(std::vector<long long> numbers) {
  volatile long long start = 0;
  return dive(&start);
}
