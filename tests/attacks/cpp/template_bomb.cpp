// language: cpp
// problem: code/total, values/total
// idea: compiler bombs: templates that need each other without end
// verdict: compile_error

#include <vector>

template <int N> struct Bomb {
  static constexpr int value = Bomb<N + 1>::value + Bomb<N + 2>::value;
};

long long total(std::vector<long long> numbers) { return Bomb<0>::value; }
