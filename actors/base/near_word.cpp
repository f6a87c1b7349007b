#include "livegrid/actors/base/near_word.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace livegrid {

namespace {

/// Longer ones are nobody's slip, and would take long to compare.
constexpr std::size_t longest = 64;

/// How many letters have to be put in, left out, changed or exchanged with the
/// next one to make `a` of `b`.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto same = a[i - 1] == b[j - 1];
      row[j] =
        std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

} // namespace

std::string_view nearest_word(std::string_view word,
                              std::span<const std::string_view> known) {
  if (word.empty() || word.size() > longest)
    return {};
  std::string_view best;
  // One slip in three letters is one; more make another word.
  auto least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (auto x : known) {
    if (x == word)
      continue;
    // The last part of a name with dots is what one remembers.
    auto last = x.substr(x.rfind('.') + 1);
    auto n = std::min(distance(word, x), last == word ? 1 : longest);
    if (n < least) {
      least = n;
      best = x;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word,
                         std::span<const std::string_view> known) {
  auto best = nearest_word(word, known);
  return best.empty() ? std::string{}
                      : "; did you mean " + std::string{best} + '?';
}

} // namespace livegrid
