// problem: code/total, values/total
// idea: limits: output without an end

#include <cstdio>
#include <vector>

long long total(std::vector<long long> numbers) {
  for (;;)
    std::puts("more and more and more");
}
