#pragma once

// How the console asks many actors the same question, and shows their answers
// as lists. Included by the console's own sources alone.

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/operator/console.hpp"

namespace livegrid {

/// How long the operator waits for an actor that does not answer.
constexpr std::chrono::seconds console_timeout{2};

/// How many actors are asked at a time. There may be 100,000 symbols: with all
/// of them asked at once other messages would wait behind theirs, and so would
/// the console's own timer behind their answers.
constexpr std::size_t asked_at_once = 256;

template <class Handle, class... Ts>
auto console_state::ask_now(const Handle& whom, Ts... what) {
  // An operator asks an actor just when it is overloaded: his question must not
  // wait behind all that waits there.
  return self->request<caf::message_priority::high>(whom, console_timeout,
                                                    std::move(what)...);
}

/// Keeps the elements that come first, by `Less`, of a list that is too long to
/// be kept as a whole.
template <class T, class Less>
class first_ones {
public:
  first_ones(std::size_t most, Less less)
    : most_(most), less_(std::move(less)) {
    // nop
  }

  void add(T x) {
    xs_.push_back(std::move(x));
    if (xs_.size() / 2 > most_)
      cut();
  }

  /// All of them, in order.
  std::vector<T> take() {
    cut();
    std::sort(xs_.begin(), xs_.end(), less_);
    return std::move(xs_);
  }

private:
  void cut() {
    if (xs_.size() <= most_)
      return;
    auto end = xs_.begin() + static_cast<std::ptrdiff_t>(most_);
    std::nth_element(xs_.begin(), end, xs_.end(), less_);
    xs_.erase(end, xs_.end());
  }

  std::size_t most_;
  Less less_;
  std::vector<T> xs_;
};

template <class T, class Handle, class Done, class... Ts>
void console_state::gather(std::vector<Handle> whom, Done done, Ts... what) {
  gather_until<T>(self->clock().now() + console_timeout, std::move(whom),
                  std::move(done), std::move(what)...);
}

template <class T, class Handle, class Done, class... Ts>
void console_state::gather_until(time_point end, std::vector<Handle> whom,
                                 Done done, Ts... what) {
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
  auto left = end - self->clock().now();
  if (all->missing == 0 || left.count() <= 0)
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
    // With high priority, like `ask_now`. The time-out is the timer below.
    self
      ->request<caf::message_priority::high>(all->whom[i], caf::infinite,
                                             what...)
      .then([put](T& x) { put(std::move(x), {}); },
            [put](caf::error& why) { put({}, to_refusal(why).message); });
  };
  for (std::size_t i = 0; i < asked_at_once; ++i)
    ask_next(ask_next);
  // One timer for all the questions of this gathering.
  self->delayed_send(self, left, check_atom_v, number);
}

template <class Slice, class Take, class Done, class... Ts>
void console_state::walk_fanouts(Take take, Done done, Ts... what) {
  struct walk {
    std::size_t missing = 0;
    std::string error;
  };
  auto all = std::make_shared<walk>();
  all->missing = config.fanouts.size();
  if (all->missing == 0)
    return done(all->error);
  auto end = self->clock().now() + console_timeout;
  auto step = [=, this](auto& again, const fanout_actor& whom,
                        std::uint64_t from) -> void {
    gather_until<Slice>(
      end, std::vector{whom},
      [=](std::vector<outcome<Slice>>& xs) mutable {
        auto& found = xs.at(0);
        take(found.value.some);
        if (!found.error.empty())
          all->error = std::move(found.error);
        else if (found.value.next > 0)
          return again(again, whom, found.value.next);
        if (--all->missing == 0)
          done(all->error);
      },
      what..., from);
  };
  for (const auto& x : config.fanouts)
    step(step, x, 0);
}

/// Where a page of a list begins and ends.
struct page_of_list {
  std::uint64_t page = 1;
  std::uint64_t pages = 1;
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t total = 0;

  /// The page that the option `page` names, or an error if it is no number.
  static caf::expected<page_of_list> of(std::size_t total,
                                        const console_command& x);

  /// How many rows of the sorted list it takes to show the page.
  static caf::expected<std::size_t> rows_needed(const console_command& x);

  /// Leaves of the whole list what is on the page.
  template <class T>
  void cut(std::vector<T>& whole) const {
    auto at = [&](std::size_t i) {
      return whole.begin()
             + static_cast<std::ptrdiff_t>(std::min(i, whole.size()));
    };
    whole.erase(at(end), whole.end());
    whole.erase(whole.begin(), at(begin));
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

/// How a list of subscribers is to be sorted, or why it cannot be.
inline caf::expected<std::string> subscribers_sort(const console_command& x) {
  return sort_key(x, "age", {"age", "lag", "merged", "rate"});
}

/// A span for people: `250ms`, `12s`, `3m`, `5h`, `2d`.
std::string short_span(std::uint64_t ms);

/// A symbol as the lists show it.
struct console_state::symbol_line {
  symbol_ref ref;
  symbol_summary summary;
  std::uint64_t subscribers = 0;
};

/// A subscriber as the lists show it.
struct console_state::subscriber_line {
  subscriber_summary summary;
  double rate = 0; ///< rows a second of late
};

/// A number with one decimal.
std::string to_tenths(double x);

} // namespace livegrid
