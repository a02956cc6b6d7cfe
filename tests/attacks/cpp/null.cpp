// language: cpp
// problem: code/total, values/total
// idea: undefined behaviour: a value behind a null pointer
// verdict: wrong_answer

#include <vector>

long long total(std::vector<long long> numbers) {
  volatile long long *nothing = nullptr;
  return *nothing + 1;
}
