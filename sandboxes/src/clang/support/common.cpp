// What programs commonly call of the libraries. It is linked once and never run: the parts that the
// linker took for it are a library of their own.

#include <cctype>
#include <cstdarg>
#include <ctime>
#include <deque>
#include <functional>
#include <iomanip>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <sstream>
#include <stack>
#include <stdexcept>
#include <tuple>
#include <unistd.h>
#include <unordered_map>
#include <unordered_set>

template <class _T> static void keep(_T *function) {
  void *volatile kept = reinterpret_cast<void *>(function);
  (void)kept;
}

template <class... _T> static void keep_all(_T *...functions) { (keep(functions), ...); }

static void c_functions() {
  keep_all(printf, fprintf, sprintf, snprintf, vprintf, vsnprintf, scanf, sscanf, fscanf, puts, putchar, fputs,
           fputc, putc, getchar, fgetc, fgets, getc, ungetc, fread, fwrite, fflush, fopen, fclose, feof, perror);
  keep_all(malloc, calloc, realloc, free, exit, abort, atexit, atoi, atol, atoll, atof, strtol, strtoll, strtoul,
           strtoull, strtod, strtof, qsort, bsearch, rand, srand, static_cast<int (*)(int)>(abs), labs, time, clock);
  keep_all(memcpy, memmove, memset, memcmp, strlen, strcmp, strncmp, strcpy, strncpy, strcat, strncat, strtok, strdup,
           strspn, strcspn, static_cast<char *(*)(char *, int)>(strchr), static_cast<char *(*)(char *, int)>(strrchr),
           static_cast<char *(*)(char *, const char *)>(strstr), static_cast<void *(*)(void *, int, size_t)>(memchr));
  keep_all(isalnum, isalpha, isdigit, isxdigit, islower, isupper, isspace, ispunct, tolower, toupper);
  using One = double (*)(double);
  using Two = double (*)(double, double);
  for (One one : {One(sqrt), One(cbrt), One(sin), One(cos), One(tan), One(asin), One(acos), One(atan), One(exp),
                  One(exp2), One(log), One(log10), One(log2), One(floor), One(ceil), One(round), One(trunc), One(rint),
                  One(sinh), One(cosh), One(tanh)})
    keep(one);
  for (Two two : {Two(pow), Two(fmod), Two(hypot), Two(atan2), Two(fmax), Two(fmin)})
    keep(two);
  keep_all(static_cast<long long (*)(double)>(llround), static_cast<long (*)(double)>(lround), sqrtf, powf, floorf,
           ceilf, roundf, fmodf);
}

static void library(int count, std::string text) {
  std::unordered_map<int, int> numbers{{count, 1}};
  std::unordered_map<std::string, std::vector<int>> lists{{text, {count}}};
  std::unordered_set<std::string> words{text};
  std::unordered_set<char> letters{text.begin(), text.end()};
  std::deque<int> deque(numbers[count], count);
  std::priority_queue<int> heap(deque.begin(), deque.end());
  std::stack<std::string> stack;
  std::queue<int> queue(deque);
  std::istringstream in(text);
  std::ostringstream out;
  std::stringstream both(text);
  for (std::string word; std::getline(in, word, ' ');)
    stack.push(word);
  both >> count >> text;
  out << std::fixed << std::setprecision(2) << std::setw(4) << std::setfill('0') << 1.5 << count << text << std::hex
      << 1ull << true << 'x' << static_cast<const void *>(&out) << std::endl;
  std::vector<std::pair<int, std::string>> pairs{{count, out.str()}, {heap.top(), both.str()}};
  std::sort(pairs.begin(), pairs.end());
  std::stable_sort(pairs.begin(), pairs.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
  std::next_permutation(text.begin(), text.end());
  std::function<int(int)> function = [&](int n) { return n < 2 ? n : function(n - 1) + queue.front(); };
  auto shared = std::make_shared<std::string>(text);
  std::mt19937 random(function(count));
  std::wstring wide(shared->begin(), shared->end());
  std::cerr << std::stoi(text) + std::stol(text) + std::stoll(text) + std::stod(text) + std::stof(text)
            << std::stoull(text) << std::to_string(random()) << std::to_string(1.5f) << std::to_string(1u)
            << words.size() << letters.size() << lists.at(text).size() << wide.size();
  std::ios_base::sync_with_stdio(false);
  std::cin.tie(nullptr);
  if (!std::cin)
    throw std::invalid_argument("x");
  if (text.at(1) == 'x')
    throw std::runtime_error(text);
  if (deque.at(1) == 2)
    throw std::out_of_range("x");
  if (deque.at(2) == 2)
    throw std::logic_error("x");
  if (deque.at(3) == 2)
    throw std::length_error("x");
  assert(std::optional(count).value() > 1);
}

int main(int argc, char **argv) {
  c_functions();
  library(argc, argv[1]);
  std::string text = argv[2];
  int i = argc;
  long long l = argc;
  float f = 1;
  double d = 1;
  char c = 'x';
  __rewardsmith_warm::__all(text, i, l, f, d, c);
  ::__rewardsmith::__Call call(1);
  (void)call.__next<std::vector<std::string>>();
  call.__begin(1);
  call.__send();
}
