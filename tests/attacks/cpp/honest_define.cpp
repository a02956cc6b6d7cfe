// language: cpp
// problem: code/total, values/total
// idea: honest: a program that reads int as long long, as is the custom in contests
// verdict: passed

#include <bits/stdc++.h>
#define int long long
#define all(x) (x).begin(), (x).end()
using namespace std;

int total(vector<int> numbers) { return accumulate(all(numbers), 0LL); }
