#pragma once

// How the console asks many at once, and shows lists. Only for its own sources.

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/console.hpp"

namespace livegrid {

/// How long the operator waits for one who does not answer.
constexpr std::chrono::seconds console_timeout{2};

/// So many are asked at a time: the rest of the node shall not notice that
/// there are 100,000, nor shall the timer wait behind all their answers.
constexpr std::size_t asked_at_once = 256;

template <class T, class Handle, class Done, class... Ts>
void console_state::gather(std::vector<Handle> whom, Done done, Ts... what) {
  struct gathering {
    std::vector<Handle> whom;
    std::vector<outcome<T>> answers;
    std::size_t missing = 0;
    std::size_t next = 0; ///< whom to ask next
  };
  auto all = std::make_shared<gathering>();
  all->answers.resize(whom.size());
  all->missing = whom.size();
  all->whom = std::move(whom);
  auto number = ++questions_;
  auto finish = [this, all, number, done]() mutable {
    if (open_.erase(number) > 0)
      done(all->answers);
  };
  open_.emplace(number, finish);
  if (all->missing == 0)
    return check(number);
  auto ask_next = [this, all, number, what...](auto& again) -> void {
    if (all->next == all->whom.size() || !open_.contains(number))
      return;
    auto i = all->next++;
    auto put = [this, all, number, again, i](T value, std::string error) {
      all->answers[i].value = std::move(value);
      all->answers[i].error = std::move(error);
      if (--all->missing == 0)
        check(number);
      else
        again(again);
    };
    self->request(all->whom[i], caf::infinite, what...)
      .then([put](T& x) { put(std::move(x), {}); },
            [put](caf::error& why) { put({}, to_refusal(why).message); });
  };
  for (std::size_t i = 0; i < asked_at_once; ++i)
    ask_next(ask_next);
  // One timer for all of them.
  self->delayed_send(self, console_timeout, check_atom_v, number);
}

/// Where a page of a list begins and ends, or an error if the option `page` is
/// no number.
struct page_of_list {
  std::uint64_t page = 1;
  std::uint64_t pages = 1;
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t total = 0;

  static caf::expected<page_of_list> of(std::size_t total,
                                        const console_command& x);

  /// Leaves of the whole list what is on the page.
  template <class T>
  void cut(std::vector<T>& whole) const {
    whole.erase(whole.begin() + static_cast<std::ptrdiff_t>(end), whole.end());
    whole.erase(whole.begin(),
                whole.begin() + static_cast<std::ptrdiff_t>(begin));
  }

  /// Says in an answer which page it is.
  void mark(listing& x) const;
};

/// The number that a word stands for, if it is one.
std::optional<std::uint64_t> to_number(std::string_view text);

/// The option `sort`, or `by_default`; an error if it is none of `known`.
caf::expected<std::string> sort_key(const console_command& x,
                                    std::string by_default,
                                    std::initializer_list<const char*> known);

/// A span for people: `250ms`, `12s`, `3m`, `5h`, `2d`.
std::string short_span(std::uint64_t ms);

/// Sorts by `age`, `lag`, `merged` or `rate`, the most of it first.
void sort_subscribers(std::vector<subscriber_summary>& xs, std::string_view by);

/// Whether a name matches a pattern in which `*` stands for anything and `?`
/// for one character.
bool matches(std::string_view name, std::string_view pattern) noexcept;

} // namespace livegrid
