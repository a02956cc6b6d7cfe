// language: cpp
// problem: code/total, values/total
// idea: files: assembly of another machine
// verdict: compile_error

#include <vector>

long long total(std::vector<long long> numbers) {
  __asm__ volatile("syscall");
  return 0;
}
