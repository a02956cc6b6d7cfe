// What most programs and their tests make of the standard library's templates. clang makes it once,
// when it reads this header, instead of for each program. Nothing here is ever called.
// All names here are reserved ones, so that no program can have them.
#ifndef REWARDSMITH_WARM_HPP
#define REWARDSMITH_WARM_HPP

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iostream>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

namespace __rewardsmith_warm {

template <class _T> inline void __list(const _T &__item) {
  std::vector<_T> __a, __b(__a), __c(3), __d(3, __item), __e{__item, __item}, __f(__a.begin(), __a.end());
  __b = __a;
  __b = std::move(__c);
  __b.push_back(__item);
  __b.push_back(_T(__item));
  __b.emplace_back(__item);
  __b.pop_back();
  __b.insert(__b.begin(), __item);
  __b.insert(__b.end(), __a.begin(), __a.end());
  __b.erase(__b.begin());
  __b.erase(__b.begin(), __b.end());
  __b.resize(4);
  __b.resize(4, __item);
  __b.reserve(9);
  __b.clear();
  if (__a == __b || __a != __b || __a.empty() || __a.size() > 3)
    __b.back() = __a[0];
  for (auto &&__each : __a)
    __b.front() = __each;
  std::reverse(__b.begin(), __b.end());
  if constexpr (!std::is_same_v<_T, bool>)
    std::swap(__b[0], __b[1]);
}

template <class _T> inline void __ordered(const _T &__item) {
  __list(__item);
  std::vector<_T> __a;
  std::sort(__a.begin(), __a.end());
  (void)std::find(__a.begin(), __a.end(), __item);
  (void)std::count(__a.begin(), __a.end(), __item);
  (void)std::max_element(__a.begin(), __a.end());
  (void)std::min_element(__a.begin(), __a.end());
  (void)std::max(__item, __item);
  (void)std::min(__item, __item);
}

template <class _K, class _V> inline void __table(const _K &__key, const _V &__item) {
  std::map<_K, _V> __a, __b(__a);
  __a[__key] = __item;
  __a.insert({__key, __item});
  (void)__a.count(__key);
  if (__a.find(__key) != __a.end() || __a == __b)
    __a.erase(__key);
  for (auto &__each : __a)
    __each.second = __item;
}

template <class _T> inline void __members(const _T &__item) {
  std::set<_T> __a, __b(__a);
  __a.insert(__item);
  (void)__a.count(__item);
  if (__a.find(__item) != __a.end() || __a == __b)
    __a.erase(__item);
}

inline void __text(std::string __a, const std::string &__other) {
  std::string __b(__a), __c("x"), __d(3, 'x'), __e = __a + __b + "x" + 'x', __f = "x" + __a, __g = 'x' + __a;
  __a = "x";
  __a = std::move(__c);
  __a += __other;
  __a += "x";
  __a += 'x';
  __a.push_back('x');
  __a.pop_back();
  __a.insert(__a.begin(), 'x');
  __a.erase(__a.begin());
  __a.erase(1, 1);
  (void)__a.substr(1, 2);
  if (__a == __other || __a != __other || __a < __other || __a == "x" || __a != "x" ||
      __a.find('x') != std::string::npos || __a.find("x") != 0 || __a.find(__other) != 0)
    std::reverse(__a.begin(), __a.end());
  std::sort(__a.begin(), __a.end());
  for (char &__each : __a)
    __each = static_cast<char>(std::toupper(__each));
  __a = std::to_string(std::stoi(__a)) + std::to_string(1LL) + std::to_string(1.0);
}

inline void __streams(std::string &__text, int &__i, long long &__l, double &__d, char &__c) {
  std::cin >> __text >> __i >> __l >> __d >> __c;
  (void)std::getline(std::cin, __text);
  std::cout << __text << "x" << __i << __l << __d << __c << std::endl;
}

inline void __all(std::string &__text_, int &__i, long long &__l, float &__f, double &__d, char &__c) {
  __text(__text_, __text_);
  __streams(__text_, __i, __l, __d, __c);
  __ordered(__i);
  __ordered(__l);
  __ordered(__f);
  __ordered(__d);
  __ordered(__c);
  __ordered(__text_);
  __list(true);
  __list(std::vector<int>());
  __list(std::vector<long long>());
  __list(std::vector<std::string>());
  __table(__i, __i);
  __table(__c, __i);
  __table(__text_, __i);
  __table(__text_, __text_);
  __members(__i);
  __members(__c);
  __members(__text_);
  (void)(std::abs(__i) + std::abs(__f) + std::abs(__d) + std::pow(__d, __i) + std::pow(__i, __i));
  (void)(std::sqrt(__i) + std::sqrt(__d) + std::round(__d) + std::floor(__d) + std::ceil(__d));
  std::vector<int> __sums;
  (void)std::accumulate(__sums.begin(), __sums.end(), 0);
}

} // namespace __rewardsmith_warm

#endif
