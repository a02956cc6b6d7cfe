// What programs share of the crossing of values, compiled once.

#include "/usr/include/support/rewardsmith.hpp"

#include <cstdlib>

namespace __rewardsmith {

__Writer::~__Writer() { std::free(__bytes); }

void __Writer::__part(const void *__from, std::size_t __count) {
  if (__count > __room - __length) {
    __room = 2 * __room + __count;
    __bytes = static_cast<char *>(std::realloc(__bytes, __room));
    if (__bytes == nullptr)
      __builtin_trap();
  }
  std::memcpy(__bytes + __length, __from, __count);
  __length += __count;
}

void __Writer::__byte(char __b) { __part(&__b, 1); }

void __Writer::__head(char __kind, std::size_t __count) {
  const int __written = static_cast<int>(__count);
  __byte(__kind);
  __part(&__written, sizeof __written);
}

void __Writer::__integer(bool __negative, unsigned long long __size) {
  if (__size <= 0x7fffffffULL) {
    const int __small = static_cast<int>(__size);
    return __head('i', __negative ? -__small : __small);
  }
  short __digits[5];
  int __count = 0;
  for (; __size != 0; __size >>= 15)
    __digits[__count++] = static_cast<short>(__size & 0x7fff);
  __head('l', __negative ? -__count : __count);
  __part(__digits, 2 * __count);
}

void __Writer::__fraction(double __value) {
  __byte('g');
  __part(&__value, sizeof __value);
}

void __Writer::__text(const char *__from, std::size_t __count) {
  __head('s', __count);
  __part(__from, __count);
}

namespace {

template <class _T> _T __raw(__Reader &__r) {
  _T __value;
  std::memcpy(&__value, __r.__part(sizeof __value), sizeof __value);
  return __value;
}

// An integer as sign and size.
struct __Integer {
  bool __negative;
  unsigned long long __size;
};

__Integer __integer(__Reader &__r) {
  switch (__r.__kind()) {
  case 'i': {
    const long long __value = __raw<int>(__r);
    return {__value < 0, static_cast<unsigned long long>(__value < 0 ? -__value : __value)};
  }
  case 'l': {
    const int __written = __raw<int>(__r);
    const int __count = __written < 0 ? -__written : __written;
    unsigned long long __size = 0;
    for (int __index = 0; __index < __count; ++__index) {
      const unsigned long long __digit = __raw<unsigned short>(__r);
      if (__index > 4 || (__index == 4 && __digit > 15))
        __rewardsmith_refuse();
      __size |= __digit << (15 * __index);
    }
    return {__written < 0 && __size != 0, __size};
  }
  default:
    __rewardsmith_refuse();
  }
}

} // namespace

const char *__Reader::__part(std::size_t __count) {
  if (static_cast<std::size_t>(__end - __at) < __count)
    __rewardsmith_refuse();
  const char *__found = __at;
  __at += __count;
  return __found;
}

char __Reader::__kind() { return *__part(1); }

char __Reader::__next() { return __at == __end ? '\0' : *__at; }

std::size_t __Reader::__count(const char *__kinds) {
  if (std::strchr(__kinds, __kind()) == nullptr)
    __rewardsmith_refuse();
  const int __count = __raw<int>(*this);
  if (__count < 0)
    __rewardsmith_refuse();
  return static_cast<std::size_t>(__count);
}

void __Reader::__expect(const char *__kinds, std::size_t __wanted) {
  if (__count(__kinds) != __wanted)
    __rewardsmith_refuse();
}

long long __Reader::__signed_integer(long long __lowest, long long __highest) {
  const auto [__negative, __size] = __integer(*this);
  const unsigned long long __most =
      __negative ? 0 - static_cast<unsigned long long>(__lowest) : __highest;
  if (__size > __most)
    __rewardsmith_refuse();
  return static_cast<long long>(__negative ? 0 - __size : __size);
}

unsigned long long __Reader::__unsigned_integer(unsigned long long __highest) {
  const auto [__negative, __size] = __integer(*this);
  if (__negative || __size > __highest)
    __rewardsmith_refuse();
  return __size;
}

double __Reader::__fraction() {
  if (__kind() != 'g')
    __rewardsmith_refuse();
  return __raw<double>(*this);
}

void __Form<bool>::__write(__Writer &__w, bool __value) { __w.__byte(__value ? 'T' : 'F'); }

bool __Form<bool>::__read(__Reader &__r) {
  const char __kind = __r.__kind();
  if (__kind != 'T' && __kind != 'F')
    __rewardsmith_refuse();
  return __kind == 'T';
}

void __Form<std::string>::__write(__Writer &__w, const std::string &__value) {
  __w.__text(__value.data(), __value.size());
}

std::string __Form<std::string>::__read(__Reader &__r) {
  const std::size_t __length = __r.__count("us");
  return std::string(__r.__part(__length), __length);
}

__REWARDSMITH_COMMON()

__Message::__Message() {
  const unsigned __length = __rewardsmith_size();
  __bytes = static_cast<char *>(std::malloc(__length + 1));
  if (__bytes == nullptr)
    __builtin_trap();
  __rewardsmith_take(__bytes);
  __reader = {__bytes, __bytes + __length};
}

__Message::~__Message() { std::free(__bytes); }

void __Message::__done() {
  if (__reader.__at != __reader.__end)
    __rewardsmith_refuse();
}

__Call::__Call(std::size_t __arguments) { __message.__reader.__expect("([", __arguments); }

void __Call::__begin(std::size_t __parts) {
  __message.__done();
  __w.__head('(', __parts);
}

void __Call::__send() { __rewardsmith_answer(__w.__bytes, static_cast<unsigned>(__w.__length)); }

__Question::__Question(std::size_t __arguments) { __w.__head('(', __arguments); }

void __Question::__send(unsigned __function) {
  __rewardsmith_ask(__function, __w.__bytes, static_cast<unsigned>(__w.__length));
}

} // namespace __rewardsmith
