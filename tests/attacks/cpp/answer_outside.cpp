// language: cpp
// problem: code/total, values/total
// idea: the host's calls: an answer that lies outside of its memory
// verdict: protocol_violation

#include <vector>

extern "C" __attribute__((import_module("rewardsmith"), import_name("answer"))) void
answer(const void *, unsigned);

long long total(std::vector<long long> numbers) {
  answer(reinterpret_cast<const void *>(0xfffffff0u), 64);
  return 0;
}
