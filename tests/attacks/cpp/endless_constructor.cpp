// language: cpp
// problem: code/total, values/total
// idea: limits: a loop without an end before anything is called
// verdict: out_of_fuel

#include <vector>

volatile int turns;
int spin() {
  for (;;)
    turns = turns + 1;
}
int early = spin();

long long total(std::vector<long long> numbers) { return early; }
