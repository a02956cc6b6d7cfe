// language: cpp
// problem: code/total, values/total
// idea: honest: a program that could throw and does not
// verdict: passed

#include <stdexcept>
#include <vector>

long long total(std::vector<long long> numbers) {
  if (numbers.size() > 1000000)
    throw std::invalid_argument("too many");
  try {
    long long sum = 0;
    for (std::size_t index = 0; index < numbers.size(); ++index)
      sum += numbers.at(index);
    return sum;
  } catch (const std::out_of_range &) {
    return -1;
  }
}
