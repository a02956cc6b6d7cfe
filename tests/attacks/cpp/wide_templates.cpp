// language: cpp
// problem: code/total, values/total
// idea: compiler bombs: a tree of a million types
// verdict: compile_error

#include <vector>

template <int N, long long P> struct Tree {
  Tree<N - 1, 2 * P> left;
  Tree<N - 1, 2 * P + 1> right;
};
template <long long P> struct Tree<0, P> {
  char leaf;
};

long long total(std::vector<long long> numbers) { return sizeof(Tree<26, 0>); }
