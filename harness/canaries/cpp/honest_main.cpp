// problem: code/total, values/total
// idea: honest: a solution that brings a main of its own

#include <iostream>
#include <vector>

long long total(std::vector<long long> numbers) {
  long long sum = 0;
  for (long long number : numbers)
    sum += number;
  return sum;
}

int main() { std::cout << total({1, 2}) << std::endl; }
