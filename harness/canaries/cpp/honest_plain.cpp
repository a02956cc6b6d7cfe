// problem: code/total, values/total
// idea: honest: a plain solution

#include <vector>

long long total(std::vector<long long> numbers) {
  long long sum = 0;
  for (long long number : numbers)
    sum += number;
  return sum;
}
