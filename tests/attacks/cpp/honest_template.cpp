// language: cpp
// problem: code/total, values/total
// idea: honest: a function of any container
// verdict: passed

#include <vector>

template <class Numbers> auto total(const Numbers &numbers) {
  typename Numbers::value_type sum = 0;
  for (const auto &number : numbers)
    sum += number;
  return sum;
}
