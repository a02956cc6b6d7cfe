// language: cpp
// problem: code/total, values/total
// idea: honest: it calls parts of the C library that few programs need, which are linked all the same
// verdict: passed

#include <regex.h>
#include <search.h>

#include <vector>

static int compare(const void *a, const void *b) {
  return *static_cast<const long long *>(a) != *static_cast<const long long *>(b);
}

long long total(std::vector<long long> numbers) {
  regex_t pattern;
  if (regcomp(&pattern, "^a+b$", REG_EXTENDED) != 0 || regexec(&pattern, "aab", 0, nullptr, 0) != 0)
    return -1;
  regfree(&pattern);
  long long sum = 0;
  std::size_t count = numbers.size();
  for (long long &number : numbers)
    if (lfind(&number, numbers.data(), &count, sizeof number, compare) != nullptr)
      sum += number;
  return sum;
}
