// What crosses between a candidate's instance and its tests': plain values of static types.
//
// A candidate's program is compiled with this before it and a call of `serve` behind it. Tests are
// compiled with the body of the tested function replaced by `ask`. The bytes are the host's form of
// plain values; the host checks every message, and what is of another type than expected is refused.
// All names here are reserved ones, so that no program can have them.
#ifndef REWARDSMITH_HPP
#define REWARDSMITH_HPP

#include <array>
#include <cstring>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

extern "C" {
// The length of the message that waits for this instance.
__attribute__((import_module("rewardsmith"), import_name("size"))) unsigned __rewardsmith_size();
// Copies that message.
__attribute__((import_module("rewardsmith"), import_name("take"))) void __rewardsmith_take(void *__to);
// A candidate's answer.
__attribute__((import_module("rewardsmith"), import_name("answer"))) void
__rewardsmith_answer(const void *__from, unsigned __length);
// The tests' call of the candidate's function; its answer waits when this returns.
__attribute__((import_module("rewardsmith"), import_name("ask"))) void
__rewardsmith_ask(unsigned __function, const void *__from, unsigned __length);
// The message is not of the type that was declared.
__attribute__((import_module("rewardsmith"), import_name("refuse"), noreturn)) void
__rewardsmith_refuse();
}

namespace __rewardsmith {

struct __Writer {
  std::string __bytes;

  void __byte(char __b) { __bytes.push_back(__b); }
  template <class _T> void __raw(const _T &__value) {
    __bytes.append(reinterpret_cast<const char *>(&__value), sizeof __value);
  }
  void __head(char __kind, std::size_t __count) {
    __byte(__kind);
    __raw(static_cast<int>(__count));
  }
  void __integer(bool __negative, unsigned long long __size) {
    if (__size <= 0x7fffffffULL) {
      const int __small = static_cast<int>(__size);
      __byte('i');
      return __raw(__negative ? -__small : __small);
    }
    short __digits[5];
    int __count = 0;
    for (; __size != 0; __size >>= 15)
      __digits[__count++] = static_cast<short>(__size & 0x7fff);
    __byte('l');
    __raw(__negative ? -__count : __count);
    __bytes.append(reinterpret_cast<const char *>(__digits), 2 * __count);
  }
  void __text(const char *__from, std::size_t __length) {
    __head('s', __length);
    __bytes.append(__from, __length);
  }
};

struct __Reader {
  const char *__at;
  const char *__end;

  const char *__part(std::size_t __count) {
    if (static_cast<std::size_t>(__end - __at) < __count)
      __rewardsmith_refuse();
    const char *__found = __at;
    __at += __count;
    return __found;
  }
  char __kind() { return *__part(1); }
  char __next() { return __at == __end ? '\0' : *__at; }
  template <class _T> _T __raw() {
    _T __value;
    std::memcpy(&__value, __part(sizeof __value), sizeof __value);
    return __value;
  }
  std::size_t __count(const char *__kinds) {
    if (std::strchr(__kinds, __kind()) == nullptr)
      __rewardsmith_refuse();
    const int __count = __raw<int>();
    if (__count < 0)
      __rewardsmith_refuse();
    return static_cast<std::size_t>(__count);
  }
  void __expect(const char *__kinds, std::size_t __wanted) {
    if (__count(__kinds) != __wanted)
      __rewardsmith_refuse();
  }
  // An integer as sign and size.
  std::pair<bool, unsigned long long> __integer() {
    switch (__kind()) {
    case 'i': {
      const long long __value = __raw<int>();
      return {__value < 0, static_cast<unsigned long long>(__value < 0 ? -__value : __value)};
    }
    case 'l': {
      const int __written = __raw<int>();
      const int __count = __written < 0 ? -__written : __written;
      unsigned long long __size = 0;
      for (int __index = 0; __index < __count; ++__index) {
        const unsigned long long __digit = __raw<unsigned short>();
        if (__index > 4 || (__index == 4 && __digit > 15))
          __rewardsmith_refuse();
        __size |= __digit << (15 * __index);
      }
      return {__written < 0, __size};
    }
    default:
      __rewardsmith_refuse();
    }
  }
};

// How values of a type are written and read. What has no form cannot cross.
template <class _T, class = void> struct __Form {
  static_assert(sizeof(_T) == 0, "values of this type cannot cross between candidate and tests");
};

template <> struct __Form<bool> {
  static void __write(__Writer &__w, bool __value) { __w.__byte(__value ? 'T' : 'F'); }
  static bool __read(__Reader &__r) {
    const char __kind = __r.__kind();
    if (__kind != 'T' && __kind != 'F')
      __rewardsmith_refuse();
    return __kind == 'T';
  }
};

template <class _T> struct __Form<_T, std::enable_if_t<std::is_integral_v<_T>>> {
  static void __write(__Writer &__w, _T __value) {
    const bool __negative = __value < _T(0);
    const unsigned long long __size = static_cast<unsigned long long>(__value);
    __w.__integer(__negative, __negative ? 0 - __size : __size);
  }
  static _T __read(__Reader &__r) {
    const auto [__negative, __size] = __r.__integer();
    const _T __value = static_cast<_T>(__negative ? 0 - __size : __size);
    const bool __is_negative = __value < _T(0);
    const unsigned long long __back = static_cast<unsigned long long>(__value);
    if (__is_negative != (__negative && __size != 0) ||
        (__is_negative ? 0 - __back : __back) != __size)
      __rewardsmith_refuse();
    return __value;
  }
};

template <class _T> struct __Form<_T, std::enable_if_t<std::is_floating_point_v<_T>>> {
  static void __write(__Writer &__w, _T __value) {
    __w.__byte('g');
    __w.__raw(static_cast<double>(__value));
  }
  static _T __read(__Reader &__r) {
    if (__r.__kind() != 'g')
      __rewardsmith_refuse();
    return static_cast<_T>(__r.__raw<double>());
  }
};

template <> struct __Form<std::string> {
  static void __write(__Writer &__w, const std::string &__value) {
    __w.__text(__value.data(), __value.size());
  }
  static std::string __read(__Reader &__r) {
    const std::size_t __length = __r.__count("us");
    return std::string(__r.__part(__length), __length);
  }
};

template <> struct __Form<const char *> {
  static void __write(__Writer &__w, const char *__value) {
    __w.__text(__value, std::strlen(__value));
  }
};
template <> struct __Form<char *> : __Form<const char *> {};
template <> struct __Form<std::string_view> {
  static void __write(__Writer &__w, std::string_view __value) {
    __w.__text(__value.data(), __value.size());
  }
};

template <class _T> struct __Form<std::optional<_T>> {
  static void __write(__Writer &__w, const std::optional<_T> &__value) {
    __value ? __Form<_T>::__write(__w, *__value) : __w.__byte('N');
  }
  static std::optional<_T> __read(__Reader &__r) {
    if (__r.__next() != 'N')
      return __Form<_T>::__read(__r);
    __r.__kind();
    return std::nullopt;
  }
};
template <> struct __Form<std::nullopt_t> {
  static void __write(__Writer &__w, std::nullopt_t) { __w.__byte('N'); }
};

// Containers whose items stand one behind the other.
template <class _C> struct __Sequence {
  using __Item = typename _C::value_type;
  static void __write(__Writer &__w, const _C &__value) {
    __w.__head('[', __value.size());
    for (const __Item &__item : __value)
      __Form<__Item>::__write(__w, __item);
  }
  static _C __read(__Reader &__r) {
    _C __value;
    for (std::size_t __left = __r.__count("[("); __left != 0; --__left)
      __value.push_back(__Form<__Item>::__read(__r));
    return __value;
  }
};
template <class _T, class _A> struct __Form<std::vector<_T, _A>> : __Sequence<std::vector<_T, _A>> {};
template <class _T, class _A> struct __Form<std::deque<_T, _A>> : __Sequence<std::deque<_T, _A>> {};
template <class _T, class _A> struct __Form<std::list<_T, _A>> : __Sequence<std::list<_T, _A>> {};
template <class _A> struct __Form<std::vector<bool, _A>> {
  static void __write(__Writer &__w, const std::vector<bool, _A> &__value) {
    __w.__head('[', __value.size());
    for (bool __item : __value)
      __Form<bool>::__write(__w, __item);
  }
  static std::vector<bool, _A> __read(__Reader &__r) {
    std::vector<bool, _A> __value;
    for (std::size_t __left = __r.__count("[("); __left != 0; --__left)
      __value.push_back(__Form<bool>::__read(__r));
    return __value;
  }
};
template <class _T, std::size_t _N> struct __Form<std::array<_T, _N>> {
  static void __write(__Writer &__w, const std::array<_T, _N> &__value) {
    __w.__head('[', _N);
    for (const _T &__item : __value)
      __Form<_T>::__write(__w, __item);
  }
  static std::array<_T, _N> __read(__Reader &__r) {
    __r.__expect("[(", _N);
    std::array<_T, _N> __value;
    for (_T &__item : __value)
      __item = __Form<_T>::__read(__r);
    return __value;
  }
};

template <class _C> struct __Members {
  using __Item = typename _C::value_type;
  static void __write(__Writer &__w, const _C &__value) {
    __w.__head('<', __value.size());
    for (const __Item &__item : __value)
      __Form<__Item>::__write(__w, __item);
  }
  static _C __read(__Reader &__r) {
    _C __value;
    for (std::size_t __left = __r.__count("<>"); __left != 0; --__left)
      __value.insert(__Form<__Item>::__read(__r));
    return __value;
  }
};
template <class _T, class _L, class _A>
struct __Form<std::set<_T, _L, _A>> : __Members<std::set<_T, _L, _A>> {};
template <class _T, class _L, class _A>
struct __Form<std::multiset<_T, _L, _A>> : __Members<std::multiset<_T, _L, _A>> {};
template <class _T, class _H, class _E, class _A>
struct __Form<std::unordered_set<_T, _H, _E, _A>> : __Members<std::unordered_set<_T, _H, _E, _A>> {};

template <class _C> struct __Entries {
  using __Key = typename _C::key_type;
  using __Mapped = typename _C::mapped_type;
  static void __write(__Writer &__w, const _C &__value) {
    __w.__byte('{');
    for (const auto &__entry : __value) {
      __Form<__Key>::__write(__w, __entry.first);
      __Form<__Mapped>::__write(__w, __entry.second);
    }
    __w.__byte('0');
  }
  static _C __read(__Reader &__r) {
    if (__r.__kind() != '{')
      __rewardsmith_refuse();
    _C __value;
    while (__r.__next() != '0') {
      __Key __key = __Form<__Key>::__read(__r);
      __value.emplace(std::move(__key), __Form<__Mapped>::__read(__r));
    }
    __r.__kind();
    return __value;
  }
};
template <class _K, class _V, class _L, class _A>
struct __Form<std::map<_K, _V, _L, _A>> : __Entries<std::map<_K, _V, _L, _A>> {};
template <class _K, class _V, class _H, class _E, class _A>
struct __Form<std::unordered_map<_K, _V, _H, _E, _A>>
    : __Entries<std::unordered_map<_K, _V, _H, _E, _A>> {};

template <class... _T> struct __Form<std::tuple<_T...>> {
  static void __write(__Writer &__w, const std::tuple<_T...> &__value) {
    __w.__head('(', sizeof...(_T));
    std::apply([&](const auto &...__part) { (__Form<_T>::__write(__w, __part), ...); }, __value);
  }
  static std::tuple<_T...> __read(__Reader &__r) {
    __r.__expect("([", sizeof...(_T));
    return std::tuple<_T...>{__Form<_T>::__read(__r)...};
  }
};
template <class _A, class _B> struct __Form<std::pair<_A, _B>> {
  static void __write(__Writer &__w, const std::pair<_A, _B> &__value) {
    __w.__head('(', 2);
    __Form<_A>::__write(__w, __value.first);
    __Form<_B>::__write(__w, __value.second);
  }
  static std::pair<_A, _B> __read(__Reader &__r) {
    __r.__expect("([", 2);
    return std::pair<_A, _B>{__Form<_A>::__read(__r), __Form<_B>::__read(__r)};
  }
};

// A message, for as long as it is read.
struct __Message {
  std::string __bytes;
  __Reader __reader;

  __Message() {
    __bytes.resize(__rewardsmith_size());
    __rewardsmith_take(__bytes.data());
    __reader = {__bytes.data(), __bytes.data() + __bytes.size()};
  }
  __Message(const __Message &) = delete;
  void __done() {
    if (__reader.__at != __reader.__end)
      __rewardsmith_refuse();
  }
};

template <class _T> struct __Type {
  using type = _T;
};

// Calls a candidate's function with the arguments that wait, of the types `_P`. `_Back` has a bit for
// each argument that the function may change for its caller.
template <unsigned _Back, class... _P, class _F> void __serve(_F __function) {
  __Message __message;
  __message.__reader.__expect("([", sizeof...(_P));
  std::tuple<_P...> __arguments{__Form<_P>::__read(__message.__reader)...};
  __message.__done();
  __Writer __w;
  __w.__head('(', 1 + __builtin_popcount(_Back));
  std::apply(
      [&](auto &...__argument) {
        using __Answer = decltype(__function(__argument...));
        if constexpr (std::is_void_v<__Answer>) {
          __function(__argument...);
          __w.__byte('N');
        } else {
          __Form<std::remove_cvref_t<__Answer>>::__write(__w, __function(__argument...));
        }
        [[maybe_unused]] unsigned __index = 0;
        ((_Back >> __index++ & 1 ? __Form<_P>::__write(__w, __argument) : void()), ...);
      },
      __arguments);
  __rewardsmith_answer(__w.__bytes.data(), static_cast<unsigned>(__w.__bytes.size()));
}

// Asks the candidate's function; what it changed is changed here.
template <class _R, unsigned _Back, class... _A> _R __ask(unsigned __function, _A &...__argument) {
  {
    __Writer __w;
    __w.__head('(', sizeof...(_A));
    (__Form<std::remove_cv_t<_A>>::__write(__w, __argument), ...);
    __rewardsmith_ask(__function, __w.__bytes.data(), static_cast<unsigned>(__w.__bytes.size()));
  }
  __Message __message;
  __Reader &__r = __message.__reader;
  __r.__expect("(", 1 + __builtin_popcount(_Back));
  const auto __changes = [&] {
    [[maybe_unused]] unsigned __index = 0;
    const auto __change = [&](auto &__target) {
      if constexpr (!std::is_const_v<std::remove_reference_t<decltype(__target)>>)
        __target = __Form<std::remove_cvref_t<decltype(__target)>>::__read(__r);
    };
    ((_Back >> __index++ & 1 ? __change(__argument) : void()), ...);
    __message.__done();
  };
  if constexpr (std::is_void_v<_R>) {
    if (__r.__kind() != 'N')
      __rewardsmith_refuse();
    __changes();
  } else {
    _R __answer = __Form<std::remove_cv_t<_R>>::__read(__r);
    __changes();
    return __answer;
  }
}

} // namespace __rewardsmith

#endif
