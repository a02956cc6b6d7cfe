// What the standard library of the sandbox lacks, or has otherwise than the machines on which
// programs and their tests are usually written.

#include <__verbose_abort>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <typeinfo>
#include <unistd.h>

// What the libraries say before they give up. Their own functions would bring all of `printf` into
// every program; what they say has `%s` and `%d` in it and nothing else. A program may define these
// itself, so they are weak.
[[noreturn]] static void give_up(const char *format, va_list parts) {
  const auto say = [](const char *from, std::size_t length) { (void)write(2, from, length); };
  for (;;) {
    const char *part = std::strchr(format, '%');
    say(format, part == nullptr ? std::strlen(format) : part - format);
    if (part == nullptr)
      std::abort();
    if (part[1] == 'd') {
      char digits[12];
      char *first = digits + sizeof digits;
      const int number = va_arg(parts, int);
      unsigned left = number < 0 ? 0u - number : number;
      do
        *--first = static_cast<char>('0' + left % 10);
      while ((left /= 10) != 0);
      if (number < 0)
        *--first = '-';
      say(first, digits + sizeof digits - first);
    } else {
      const char *text = va_arg(parts, const char *);
      say(text, std::strlen(text));
    }
    format = part + 2;
  }
}

[[noreturn]] static void give_up_over(const char *format, ...) {
  va_list parts;
  va_start(parts, format);
  give_up(format, parts);
}

[[gnu::weak]] void std::__libcpp_verbose_abort(const char *format, ...) noexcept {
  va_list parts;
  va_start(parts, format);
  give_up(format, parts);
}

extern "C" {

[[noreturn, gnu::weak]] void __abort_message(const char *format, ...) {
  va_list parts;
  va_start(parts, format);
  give_up(format, parts);
}

[[noreturn, gnu::weak]] void __assert_fail(const char *claim, const char *file, int line, const char *function) {
  give_up_over("Assertion failed: %s (%s: %s: %d)\n", claim, file, function, line);
}

// An exception ends the program: nothing can be caught. The host hears which one it was.
__attribute__((import_module("rewardsmith"), import_name("raise"), noreturn)) void
__rewardsmith_raise(const char *type, unsigned type_length, const char *what, unsigned what_length);

void *__cxa_allocate_exception(std::size_t size) { return malloc(size); }
void __cxa_free_exception(void *) {}

// The type's description of a class with one base: the table of its class, its name, its base.
struct WithBase {
  const void *table;
  const char *name;
  const std::type_info *base;
};

[[noreturn]] void __cxa_throw(void *object, std::type_info *type, void (*)(void *)) {
  const void *single = reinterpret_cast<const WithBase *>(&typeid(std::runtime_error))->table;
  const char *what = "";
  for (const std::type_info *at = type;;) {
    if (*at == typeid(std::exception)) {
      what = static_cast<std::exception *>(object)->what();
      break;
    }
    const WithBase *shape = reinterpret_cast<const WithBase *>(at);
    if (shape->table != single)
      break;
    at = shape->base;
  }
  __rewardsmith_raise(type->name(), std::strlen(type->name()), what, std::strlen(what));
}

[[noreturn]] void __cxa_rethrow() { __rewardsmith_raise("rethrow", 7, "", 0); }

} // extern "C"
