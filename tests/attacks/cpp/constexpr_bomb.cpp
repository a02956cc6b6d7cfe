// language: cpp
// problem: code/total, values/total
// idea: compiler bombs: a constant that takes for ever
// verdict: compile_error

#include <vector>

constexpr long long spin() {
  long long value = 0;
  for (long long turn = 0; turn < 1000000000000; ++turn)
    value ^= turn;
  return value;
}
constexpr long long spun = spin();

long long total(std::vector<long long> numbers) { return spun; }
