// language: cpp
// problem: code/total, values/total
// idea: limits: memory in blocks that are never given back; the last is null, where a program can write,
//   so it ends by what it wrote over and not by the memory
// verdict: runtime_error

#include <cstring>
#include <cstdlib>
#include <vector>

long long total(std::vector<long long> numbers) {
  for (;;)
    std::memset(std::malloc(1 << 20), 1, 1 << 20);
}
