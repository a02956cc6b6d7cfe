// language: cpp
// problem: code/total, values/total
// idea: honest: what newer standards took away
// verdict: passed

#include <bits/stdc++.h>
using namespace std;

long long total(vector<long long> numbers) {
  random_shuffle(numbers.begin(), numbers.end());
  long long sum = 0;
  for_each(numbers.begin(), numbers.end(), [&](long long number) { sum += number; });
  return sum;
}
