// language: cpp
// problem: code/total, values/total
// idea: limits: memory in blocks that are never given back
// verdict: out_of_memory

#include <cstring>
#include <cstdlib>
#include <vector>

long long total(std::vector<long long> numbers) {
  for (;;)
    std::memset(std::malloc(1 << 20), 1, 1 << 20);
}
