#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/operator/console_config.hpp"
#include "livegrid/actors/stats/sampler.hpp"

namespace livegrid {

/// The answer that the operator waits for.
using console_promise = caf::typed_response_promise<console_answer>;

/// Answers with an error.
inline void refuse(console_promise to, caf::error why) {
  to.deliver(std::move(why));
}

/// What to do with the error of somebody who was asked: the operator gets it.
inline auto refusal_to(console_promise to) {
  return [to](caf::error& why) { refuse(to, std::move(why)); };
}

/// What one of several has answered, or why it has not.
template <class T>
struct outcome {
  T value{};
  std::string error = "no answer in time";
};

/// What an actor says of itself, or its error in that place.
inline actor_status status_in(outcome<actor_status>& x,
                              const std::string& kind) {
  if (x.error.empty())
    return std::move(x.value);
  return {kind, "", {{"error", std::move(x.error)}}};
}

/// Asks the node's actors on the operator's behalf. Who does not answer in time
/// has an error for an answer, so that the rest can be shown. A part of the
/// console's state, which outlives all that is asked here: whoever goes on with
/// an answer may keep a reference.
class asker {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// How long the operator waits for an actor that does not answer.
  static constexpr std::chrono::seconds timeout{2};

  /// How many actors are asked at a time. There may be 100,000 symbols: with
  /// all of them asked at once other messages would wait behind theirs, and so
  /// would the console's own timer behind their answers.
  static constexpr std::size_t asked_at_once = 256;

  /// @param self the console.
  asker(console_actor::pointer self, console_config parts);

  /// Who there is to be asked.
  console_config node;

  /// What has been seen of late, to make rates of totals.
  sampler work;  ///< messages and busy time of actors
  sampler rows;  ///< delivered to subscribers
  sampler links; ///< rows from other nodes and to them

  time_point now() const;

  /// When the node was started.
  time_point started() const noexcept {
    return started_;
  }

  /// Until when to wait for an answer to what is asked now.
  time_point end_of_wait() const {
    return now() + timeout;
  }

  /// How late the loop is of late.
  std::chrono::nanoseconds loop_lag() const;

  /// Asks before all that waits for `whom` already: an operator asks an actor
  /// just when it is overloaded.
  template <class Handle, class... Ts>
  auto one(const Handle& whom, Ts... what) {
    return self_->request<caf::message_priority::high>(whom, timeout,
                                                       std::move(what)...);
  }

  /// Asks in turn with all else that the grid has to do.
  template <class... Ts>
  auto grid(std::chrono::seconds patience, Ts... what) {
    return self_->request(node.grid, patience, std::move(what)...);
  }

  /// Asks all of `whom` the same and goes on with their outcomes, in order,
  /// once all have answered or time is up.
  /// @param done takes a `std::vector<outcome<T>>&`.
  template <class T, class Handle, class Done, class... Ts>
  void all(std::vector<Handle> whom, Done done, Ts... what) {
    all_until<T>(end_of_wait(), std::move(whom), std::move(done),
                 std::move(what)...);
  }

  /// The same, but time is up at `end`, and nobody is asked after that.
  template <class T, class Handle, class Done, class... Ts>
  void all_until(time_point end, std::vector<Handle> whom, Done done,
                 Ts... what);

  /// Asks all fan-outs for slices, one after the other of each.
  /// @param take gets what is in each slice.
  /// @param done gets why some slices are missing, or an empty string.
  template <class Slice, class Take, class Done, class... Ts>
  void slices(Take take, Done done, Ts... what);

  /// Goes on when so much time has passed that a second sample of somebody's
  /// counters makes a rate.
  void after_a_while(std::function<void()> next);

  /// Tells an actor something that it does not answer.
  template <class Handle, class... Ts>
  void tell(const Handle& whom, Ts... what) {
    self_->send(whom, std::move(what)...);
  }

  /// Time is up for a question that several were asked.
  void check(std::uint64_t number);

private:
  /// Answers that have come and are to come.
  template <class T, class Handle>
  struct gathering {
    std::vector<Handle> whom;
    std::vector<outcome<T>> answers;
    std::size_t missing = 0;
    std::size_t next = 0; ///< whom to ask next
  };

  console_actor::pointer self_;
  time_point started_;

  /// What to do when time is up, by the number of the question.
  std::map<std::uint64_t, std::function<void()>> open_;
  std::uint64_t questions_ = 0;
};

template <class T, class Handle, class Done, class... Ts>
void asker::all_until(time_point end, std::vector<Handle> whom, Done done,
                      Ts... what) {
  auto all = std::make_shared<gathering<T, Handle>>();
  all->answers.resize(whom.size());
  all->missing = whom.size();
  all->whom = std::move(whom);
  auto number = ++questions_;
  auto finish = [this, all, number, done]() mutable {
    if (open_.erase(number) > 0)
      done(all->answers);
  };
  open_.emplace(number, finish);
  auto left = end - now();
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
    // With high priority, like `one`. The time-out is the timer below.
    self_
      ->request<caf::message_priority::high>(all->whom[i], caf::infinite,
                                             what...)
      .then([put](T& x) { put(std::move(x), {}); },
            [put](caf::error& why) { put({}, to_refusal(why).message); });
  };
  for (std::size_t i = 0; i < asked_at_once; ++i)
    ask_next(ask_next);
  // One timer for all the questions of this gathering.
  self_->delayed_send(self_, left, check_atom_v, number);
}

template <class Slice, class Take, class Done, class... Ts>
void asker::slices(Take take, Done done, Ts... what) {
  struct walk {
    std::size_t missing = 0;
    std::string error;
  };
  auto all = std::make_shared<walk>();
  all->missing = node.fanouts.size();
  if (all->missing == 0)
    return done(all->error);
  auto end = end_of_wait();
  auto step = [=, this](auto& again, const fanout_actor& whom,
                        std::uint64_t from) -> void {
    this->template all_until<Slice>(
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
  for (const auto& x : node.fanouts)
    step(step, x, 0);
}

} // namespace livegrid
