// language: cpp
// problem: code/total, values/total
// idea: honest: the work is done in a class with a constructor for all
// verdict: passed

#include <map>
#include <vector>

struct Solver {
  std::map<int, long long> seen;
  Solver() { seen[0] = 0; }
  long long solve(const std::vector<long long> &numbers) {
    long long sum = seen[0];
    for (auto number : numbers)
      sum += number;
    return sum;
  }
} solver;

long long total(std::vector<long long> numbers) { return solver.solve(numbers); }
