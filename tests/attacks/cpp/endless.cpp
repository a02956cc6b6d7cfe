// language: cpp
// problem: code/total, values/total
// idea: limits: a loop without an end
// verdict: out_of_fuel

#include <vector>

long long total(std::vector<long long> numbers) {
  volatile long long sum = 0;
  for (;;)
    sum = sum + 1;
}
