// problem: gap_days
// verdict: passed
#include <algorithm>
#include <vector>
long long gap_days(std::vector<long long> days) {
  std::sort(days.begin(), days.end());
  long long longest = 0;
  for (std::size_t i = 1; i < days.size(); ++i)
    longest = std::max(longest, days[i] - days[i - 1] - 1);
  return longest;
}

// problem: gap_days
// verdict: wrong_answer: does not sort
#include <bits/stdc++.h>
using namespace std;
long long gap_days(vector<long long> days) {
  long long longest = 0;
  for (size_t i = 1; i < days.size(); ++i)
    longest = max(longest, days[i] - days[i - 1] - 1);
  return longest;
}

// problem: split_bill
// verdict: passed
std::vector<long long> split_bill(long long cents, long long people) {
  long long rest = (cents % people + people) % people;
  std::vector<long long> shares(people, (cents - rest) / people);
  for (long long i = 0; i < rest; ++i)
    ++shares[i];
  return shares;
}

// problem: split_bill
// verdict: wrong_answer: the remainder of a refund is negative
#include <vector>
std::vector<long long> split_bill(long long cents, long long people) {
  std::vector<long long> shares;
  for (long long i = 0; i < people; ++i)
    shares.push_back(cents / people + (i < cents % people ? 1 : 0));
  return shares;
}

// problem: merge_stock
// verdict: passed
#include <map>
#include <string>
using Stock = std::map<std::string, long long>;
Stock merge_stock(Stock counted, const Stock &changes) {
  for (const auto &[item, change] : changes)
    counted[item] += change;
  std::erase_if(counted, [](const auto &entry) { return entry.second == 0; });
  return counted;
}

// problem: merge_stock
// verdict: wrong_answer: keeps what comes out at nothing
#include <unordered_map>
#include <map>
#include <string>
using namespace std;
unordered_map<string, int> merge_stock(map<string, long long> counted, map<string, long long> changes) {
  unordered_map<string, int> merged(counted.begin(), counted.end());
  for (auto &it : changes)
    merged[it.first] += it.second;
  return merged;
}

// problem: recipe_total
// verdict: passed
#include <numeric>
#include <tuple>
#include <vector>
std::pair<long, long> recipe_total(const std::vector<std::tuple<long, long>> &parts) {
  long top = 0, bottom = 1;
  for (auto [numerator, denominator] : parts) {
    top = top * denominator + numerator * bottom;
    bottom *= denominator;
    long shrink = std::gcd(top, bottom) * (bottom < 0 ? -1 : 1);
    top /= shrink, bottom /= shrink;
  }
  return {top, bottom};
}

// problem: recipe_total
// verdict: wrong_answer: is not in lowest terms
#include <tuple>
#include <vector>
std::tuple<long long, long long> recipe_total(std::vector<std::tuple<long long, long long>> parts) {
  long long top = 0, bottom = 1;
  for (auto &part : parts) {
    top = top * std::get<1>(part) + std::get<0>(part) * bottom;
    bottom = bottom * std::get<1>(part);
  }
  return std::make_tuple(top, bottom);
}

// problem: shared_hobbies
// verdict: passed
#include <map>
#include <set>
#include <string>
#include <vector>
std::set<std::string> shared_hobbies(std::vector<std::set<std::string>> people, long long least) {
  std::map<std::string, int> counts;
  for (auto &hobbies : people)
    for (auto &hobby : hobbies)
      ++counts[hobby];
  std::set<std::string> shared;
  for (auto &[hobby, count] : counts)
    if (count >= least)
      shared.insert(hobby);
  return shared;
}

// problem: shared_hobbies
// verdict: wrong_answer: a vector is no set
#include <bits/stdc++.h>
using namespace std;
vector<string> shared_hobbies(vector<set<string>> people, int least) {
  map<string, int> counts;
  for (auto &hobbies : people)
    for (auto &hobby : hobbies)
      counts[hobby]++;
  vector<string> shared;
  for (auto &it : counts)
    if (it.second >= least)
      shared.push_back(it.first);
  return shared;
}

// problem: score_table
// verdict: passed
#include <algorithm>
#include <map>
#include <vector>
class Table {
  std::vector<long long> sorted;

public:
  explicit Table(std::vector<long long> scores) : sorted(std::move(scores)) {
    std::ranges::sort(sorted, std::greater{});
  }
  std::map<long long, long long> places() const {
    std::map<long long, long long> found;
    for (std::size_t i = 0; i < sorted.size(); ++i)
      found.try_emplace(sorted[i], i + 1);
    return found;
  }
};
std::map<long long, long long> score_table(std::vector<long long> scores) {
  return Table(std::move(scores)).places();
}

// problem: score_table
// verdict: wrong_answer: skips no place
#include <map>
#include <set>
#include <vector>
std::map<long long, int> score_table(std::vector<long long> scores) {
  std::set<long long, std::greater<long long>> sorted(scores.begin(), scores.end());
  std::map<long long, int> places;
  int place = 1;
  for (long long score : sorted)
    places[score] = place++;
  return places;
}

// problem: timer_seconds
// verdict: passed
#include <cctype>
#include <optional>
#include <string>
std::optional<long long> timer_seconds(std::string text) {
  const std::string units = "hms";
  const long long seconds[] = {3600, 60, 1};
  std::size_t next = 0, at = 0;
  long long sum = 0;
  while (at < text.size()) {
    std::size_t start = at;
    long long number = 0;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])))
      number = number * 10 + (text[at++] - '0');
    if (at == start || at - start > 4 || at == text.size())
      return std::nullopt;
    std::size_t unit = units.find(text[at++], next);
    if (unit == std::string::npos)
      return {};
    sum += number * seconds[unit];
    next = unit + 1;
  }
  if (text.empty())
    return std::nullopt;
  return sum;
}

// problem: timer_seconds
// verdict: runtime_error: believes that every text is a number
#include <stdexcept>
#include <string>
long long timer_seconds(std::string text) {
  std::size_t end = 0;
  long long seconds = std::stoll(text, &end);
  if (end != text.size())
    throw std::invalid_argument(text + " is no number");
  return seconds;
}

// problem: trip_speed
// verdict: passed
#include <tuple>
#include <vector>
double trip_speed(std::vector<std::tuple<double, double>> legs) {
  double length = 0, hours = 0;
  for (auto [kilometres, speed] : legs)
    length += kilometres, hours += kilometres / speed;
  return hours > 0 ? length / hours : 0.0;
}

// problem: trip_speed
// verdict: wrong_answer: a trip without a length has no number
#include <tuple>
#include <vector>
double trip_speed(std::vector<std::tuple<double, double>> legs) {
  double length = 0, hours = 0;
  for (auto [kilometres, speed] : legs)
    length += kilometres, hours += kilometres / speed;
  return length / hours;
}

// problem: word_index
// verdict: passed
#include <cctype>
#include <map>
#include <string>
#include <vector>
std::map<std::string, std::vector<int>> word_index(std::vector<std::string> pages) {
  std::map<std::string, std::vector<int>> index;
  int number = 0;
  for (std::string page : pages) {
    ++number;
    std::string word;
    page += ' ';
    for (unsigned char c : page) {
      if (std::isalpha(c)) {
        word += static_cast<char>(std::tolower(c));
        continue;
      }
      if (word.size() >= 3 && (index[word].empty() || index[word].back() != number))
        index[word].push_back(number);
      word.clear();
    }
  }
  return index;
}

// problem: word_index
// verdict: wrong_answer: splits at spaces only
#include <bits/stdc++.h>
using namespace std;
map<string, vector<int>> word_index(vector<string> pages) {
  map<string, vector<int>> index;
  for (size_t i = 0; i < pages.size(); i++) {
    istringstream page(pages[i]);
    for (string word; page >> word;) {
      transform(word.begin(), word.end(), word.begin(), ::tolower);
      if (word.size() > 2)
        index[word].push_back(i + 1);
    }
  }
  return index;
}

// problem: frame_sums
// verdict: passed
#include <algorithm>
#include <vector>
std::vector<long long> frame_sums(const std::vector<std::vector<long long>> &matrix) {
  const int height = matrix.size(), width = matrix.empty() ? 0 : matrix[0].size();
  std::vector<long long> sums((std::min(height, width) + 1) / 2);
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column)
      sums[std::min({row, column, height - 1 - row, width - 1 - column})] += matrix[row][column];
  return sums;
}

// problem: frame_sums
// verdict: runtime_error: knows squares only, and looks where it goes
#include <algorithm>
#include <vector>
std::vector<long long> frame_sums(std::vector<std::vector<long long>> matrix) {
  const int size = matrix.size();
  std::vector<long long> sums((size + 1) / 2);
  for (int row = 0; row < size; ++row)
    for (int column = 0; column < size; ++column)
      sums.at(std::min({row, column, size - 1 - row, size - 1 - column})) += matrix.at(row).at(column);
  return sums;
}

// problem: mask_number
// verdict: passed
#include <string>
std::string mask_number(std::string text, long long keep) {
  for (auto it = text.rbegin(); it != text.rend(); ++it)
    if (*it >= '0' && *it <= '9' && --keep < 0)
      *it = '#';
  return text;
}

// problem: mask_number
// verdict: compile_error: a string is no list of texts
#include <string>
#include <vector>
std::string mask_number(std::vector<std::string> text, long long keep) {
  std::string masked;
  for (auto &piece : text)
    masked += keep-- > 0 ? piece : "#";
  return masked;
}

// problem: stone_path
// verdict: passed
#include <algorithm>
#include <optional>
#include <vector>
std::optional<long long> stone_path(std::vector<long long> moss, long long leap) {
  const long long none = 1LL << 60;
  std::vector<long long> costs(moss.size(), none);
  for (long long place = 0; place < static_cast<long long>(moss.size()); ++place) {
    if (moss[place] < 0)
      continue;
    long long before = place == 0 ? 0 : none;
    for (long long from = std::max(0LL, place - leap); from < place; ++from)
      before = std::min(before, costs[from]);
    costs[place] = std::min(none, before + moss[place]);
  }
  return costs.back() < none ? std::make_optional(costs.back()) : std::nullopt;
}

// problem: stone_path
// verdict: out_of_fuel: leaps back, so it never arrives
#include <vector>
long long stone_path(std::vector<long long> moss, long long leap) {
  unsigned long long place = 0, sum = 0;
  volatile unsigned long long end = moss.size() + leap;
  while (place < end) {
    sum += moss[place % moss.size()];
    place = place % 2 == 0 ? place + 1 : place - 1;
  }
  return sum;
}

// problem: undo_notes
// verdict: passed
#include <stack>
#include <string>
#include <vector>
std::string undo_notes(std::vector<std::string> commands) {
  std::stack<std::string> past, future;
  std::string text;
  auto turn = [&](std::stack<std::string> &from, std::stack<std::string> &to) {
    if (from.empty())
      return;
    to.push(text);
    text = from.top();
    from.pop();
  };
  for (const std::string &command : commands) {
    if (command == "undo") {
      turn(past, future);
    } else if (command == "redo") {
      turn(future, past);
    } else {
      past.push(text);
      future = {};
      if (command[0] == '+')
        text += command.substr(1);
      else
        text.resize(text.size() - std::min<std::size_t>(text.size(), std::stoul(command.substr(1))));
    }
  }
  return text;
}

// problem: undo_notes
// verdict: wrong_answer: takes nothing back
#include <string>
#include <vector>
std::string undo_notes(std::vector<std::string> commands) {
  std::string text;
  for (auto &command : commands)
    if (command.starts_with("+"))
      text += command.substr(1);
  return text;
}
