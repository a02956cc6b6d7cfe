// language: cpp
// problem: code/total, values/total
// idea: honest: a program that leaves its includes to others
// verdict: passed

using namespace std;

long long total(vector<long long> numbers) {
  long long sum = 0;
  for (size_t index = 0; index < numbers.size(); index++)
    sum += numbers[index];
  return sum;
}
