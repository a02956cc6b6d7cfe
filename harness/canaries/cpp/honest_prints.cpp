// problem: code/total, values/total
// idea: honest: a solution that prints while it works

#include <iostream>
#include <vector>
using namespace std;

long long total(vector<long long> numbers) {
  long long sum = 0;
  for (auto number : numbers) {
    cout << "adding " << number << endl;
    cerr << number;
    sum += number;
  }
  return sum;
}
