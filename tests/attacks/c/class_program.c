// language: c
// problem: io/total
// idea: own syntax: a program in C++
// verdict: compile_error

#include <iostream>

int main() {
  long long number, sum = 0;
  while (std::cin >> number)
    sum += number;
  std::cout << sum << std::endl;
}
