// What crosses between a candidate's instance and its tests': plain values of static types.
//
// A candidate's program is compiled with this before it and a function that serves calls behind it.
// Tests are compiled with the body of the tested function replaced by `ask`. The bytes are the host's
// form of plain values; the host checks every message, and what is of another type than expected is
// refused. All names here are reserved ones, so that no program can have them.
//
// What can be is compiled once, in values.cpp, and not for each program: that is most of the time that
// a short program takes to compile.
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

// A message in the making.
struct __Writer {
  char *__bytes = nullptr;
  std::size_t __length = 0;
  std::size_t __room = 0;

  __Writer() = default;
  __Writer(const __Writer &) = delete;
  ~__Writer();
  void __part(const void *__from, std::size_t __count);
  void __byte(char __b);
  void __head(char __kind, std::size_t __count);
  void __integer(bool __negative, unsigned long long __size);
  void __fraction(double __value);
  void __text(const char *__from, std::size_t __length);
};

// A message, as far as it is not read.
struct __Reader {
  const char *__at;
  const char *__end;

  const char *__part(std::size_t __count);
  char __kind();
  char __next();
  std::size_t __count(const char *__kinds);
  void __expect(const char *__kinds, std::size_t __wanted);
  long long __signed_integer(long long __lowest, long long __highest);
  unsigned long long __unsigned_integer(unsigned long long __highest);
  double __fraction();
};

// How values of a type are written and read. What has no form cannot cross.
template <class _T, class = void> struct __Form {
  static_assert(sizeof(_T) == 0, "values of this type cannot cross between candidate and tests");
};

template <> struct __Form<bool> {
  static void __write(__Writer &__w, bool __value);
  static bool __read(__Reader &__r);
};

template <class _T> struct __Form<_T, std::enable_if_t<std::is_integral_v<_T>>> {
  using __Limits = std::numeric_limits<_T>;
  static constexpr bool __is_long = sizeof(_T) > sizeof(long long);

  static void __write(__Writer &__w, _T __value) {
    const bool __negative = __value < _T(0);
    const unsigned long long __size = static_cast<unsigned long long>(__value);
    if constexpr (__is_long)
      if (__value != (__negative ? _T(static_cast<long long>(__value)) : _T(__size)))
        __rewardsmith_refuse();
    __w.__integer(__negative, __negative ? 0 - __size : __size);
  }
  static _T __read(__Reader &__r) {
    if constexpr (__is_long)
      return static_cast<_T>(__r.__signed_integer(std::numeric_limits<long long>::min(),
                                          std::numeric_limits<long long>::max()));
    else if constexpr (__Limits::is_signed)
      return static_cast<_T>(__r.__signed_integer(__Limits::min(), __Limits::max()));
    else
      return static_cast<_T>(__r.__unsigned_integer(__Limits::max()));
  }
};

template <class _T> struct __Form<_T, std::enable_if_t<std::is_floating_point_v<_T>>> {
  static void __write(__Writer &__w, _T __value) { __w.__fraction(static_cast<double>(__value)); }
  static _T __read(__Reader &__r) { return static_cast<_T>(__r.__fraction()); }
};

template <> struct __Form<std::string> {
  static void __write(__Writer &__w, const std::string &__value);
  static std::string __read(__Reader &__r);
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

// What follows is made where it is called for, each function once, and never in place of a call.
#define __REWARDSMITH_APART __attribute__((noinline))

// Containers whose items stand one behind the other.
template <class _C> struct __Sequence {
  static void __write(__Writer &__w, const _C &__value);
  static _C __read(__Reader &__r);
};
template <class _C>
__REWARDSMITH_APART void __Sequence<_C>::__write(__Writer &__w, const _C &__value) {
  __w.__head('[', __value.size());
  for (const typename _C::value_type &__item : __value)
    __Form<typename _C::value_type>::__write(__w, __item);
}
template <class _C> __REWARDSMITH_APART _C __Sequence<_C>::__read(__Reader &__r) {
  _C __value;
  for (std::size_t __left = __r.__count("[("); __left != 0; --__left)
    __value.push_back(__Form<typename _C::value_type>::__read(__r));
  return __value;
}
template <class _T, class _A> struct __Form<std::vector<_T, _A>> : __Sequence<std::vector<_T, _A>> {};
template <class _T, class _A> struct __Form<std::deque<_T, _A>> : __Sequence<std::deque<_T, _A>> {};
template <class _T, class _A> struct __Form<std::list<_T, _A>> : __Sequence<std::list<_T, _A>> {};

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
  static void __write(__Writer &__w, const _C &__value);
  static _C __read(__Reader &__r);
};
template <class _C>
__REWARDSMITH_APART void __Members<_C>::__write(__Writer &__w, const _C &__value) {
  __w.__head('<', __value.size());
  for (const typename _C::value_type &__item : __value)
    __Form<typename _C::value_type>::__write(__w, __item);
}
template <class _C> __REWARDSMITH_APART _C __Members<_C>::__read(__Reader &__r) {
  _C __value;
  for (std::size_t __left = __r.__count("<>"); __left != 0; --__left)
    __value.insert(__Form<typename _C::value_type>::__read(__r));
  return __value;
}
template <class _T, class _L, class _A>
struct __Form<std::set<_T, _L, _A>> : __Members<std::set<_T, _L, _A>> {};
template <class _T, class _L, class _A>
struct __Form<std::multiset<_T, _L, _A>> : __Members<std::multiset<_T, _L, _A>> {};
template <class _T, class _H, class _E, class _A>
struct __Form<std::unordered_set<_T, _H, _E, _A>> : __Members<std::unordered_set<_T, _H, _E, _A>> {};

template <class _C> struct __Entries {
  static void __write(__Writer &__w, const _C &__value);
  static _C __read(__Reader &__r);
};
template <class _C>
__REWARDSMITH_APART void __Entries<_C>::__write(__Writer &__w, const _C &__value) {
  __w.__byte('{');
  for (const auto &__entry : __value) {
    __Form<typename _C::key_type>::__write(__w, __entry.first);
    __Form<typename _C::mapped_type>::__write(__w, __entry.second);
  }
  __w.__byte('0');
}
template <class _C> __REWARDSMITH_APART _C __Entries<_C>::__read(__Reader &__r) {
  if (__r.__kind() != '{')
    __rewardsmith_refuse();
  _C __value;
  while (__r.__next() != '0') {
    typename _C::key_type __key = __Form<typename _C::key_type>::__read(__r);
    __value.emplace(std::move(__key), __Form<typename _C::mapped_type>::__read(__r));
  }
  __r.__kind();
  return __value;
}
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

// Those that problems have most often.
#define __REWARDSMITH_COMMON(_EXTERN)                                                                  \
  _EXTERN template struct __Sequence<std::vector<bool>>;                                               \
  _EXTERN template struct __Sequence<std::vector<char>>;                                               \
  _EXTERN template struct __Sequence<std::vector<int>>;                                                \
  _EXTERN template struct __Sequence<std::vector<long long>>;                                          \
  _EXTERN template struct __Sequence<std::vector<float>>;                                              \
  _EXTERN template struct __Sequence<std::vector<double>>;                                             \
  _EXTERN template struct __Sequence<std::vector<std::string>>;                                        \
  _EXTERN template struct __Sequence<std::vector<std::vector<char>>>;                                  \
  _EXTERN template struct __Sequence<std::vector<std::vector<int>>>;                                   \
  _EXTERN template struct __Sequence<std::vector<std::vector<long long>>>;                             \
  _EXTERN template struct __Sequence<std::vector<std::vector<double>>>;                                \
  _EXTERN template struct __Sequence<std::vector<std::vector<std::string>>>;                           \
  _EXTERN template struct __Members<std::set<int>>;                                                    \
  _EXTERN template struct __Members<std::set<long long>>;                                              \
  _EXTERN template struct __Members<std::set<std::string>>;                                            \
  _EXTERN template struct __Entries<std::map<char, int>>;                                              \
  _EXTERN template struct __Entries<std::map<int, int>>;                                               \
  _EXTERN template struct __Entries<std::map<long long, long long>>;                                   \
  _EXTERN template struct __Entries<std::map<std::string, int>>;                                       \
  _EXTERN template struct __Entries<std::map<std::string, long long>>;                                 \
  _EXTERN template struct __Entries<std::map<std::string, std::string>>;
__REWARDSMITH_COMMON(extern)

// A message, for as long as it is read.
struct __Message {
  char *__bytes;
  __Reader __reader;

  __Message();
  __Message(const __Message &) = delete;
  ~__Message();
  void __done();
};

// A call of the candidate's function: its arguments wait, its answer is written.
struct __Call {
  __Message __message;
  __Writer __w;

  explicit __Call(std::size_t __arguments);
  template <class _T> _T __next() { return __Form<_T>::__read(__message.__reader); }
  // All arguments were read; the answer has so many parts.
  void __begin(std::size_t __parts);
  template <class _F> void __answer(const _F &__function) {
    using __Answer = decltype(__function());
    if constexpr (std::is_void_v<__Answer>) {
      __function();
      __w.__byte('N');
    } else {
      __also<std::remove_cvref_t<__Answer>>(__function());
    }
  }
  template <class _T> void __also(const _T &__value) { __Form<_T>::__write(__w, __value); }
  void __send();
};

// The question that the tests ask, and its answer.
struct __Question {
  __Writer __w;

  explicit __Question(std::size_t __arguments);
  void __send(unsigned __function);
};

// Asks the candidate's function; what it changed is changed here. `_Back` has a bit for each argument
// that the function may change for its caller.
template <class _R, unsigned _Back, class... _A> _R __ask(unsigned __function, _A &...__argument) {
  {
    __Question __question(sizeof...(_A));
    (__Form<std::remove_cv_t<_A>>::__write(__question.__w, __argument), ...);
    __question.__send(__function);
  }
  __Message __message;
  __Reader &__r = __message.__reader;
  __r.__expect("(", 1 + __builtin_popcount(_Back));
  const auto __changes = [&] {
    [[maybe_unused]] unsigned __index = 0;
    [[maybe_unused]] const auto __change = [&](auto &__target) {
      if constexpr (!std::is_const_v<std::remove_reference_t<decltype(__target)>>)
        __target = __Form<std::remove_cvref_t<decltype(__target)>>::__read(__r);
    };
    if constexpr (_Back != 0)
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
