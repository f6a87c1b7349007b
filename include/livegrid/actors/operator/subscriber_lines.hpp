#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/operator/asker.hpp"
#include "livegrid/actors/operator/console_command.hpp"

// Subscribers as the operator's lists show them, and how they are found.

namespace livegrid {

/// A subscriber as the lists show it.
struct subscriber_line {
  subscriber_summary summary;
  double rate = 0; ///< rows a second of late
};

/// Subscribers, and why some are not among them, if so.
struct subscriber_list {
  std::vector<subscriber_line> known;
  std::string missing;
};

using subscribers_taker = std::function<void(subscriber_list&)>;

/// Goes on with all subscribers, or those of one symbol.
void summarize_subscribers(asker& ask, std::optional<symbol_name> which,
                           subscribers_taker done);

/// The same, with their rates of late.
void rate_subscribers(asker& ask, std::optional<symbol_name> which,
                      subscribers_taker done);

/// Goes on with all who get any of these symbols, each once.
void summarize_viewers(asker& ask, std::vector<symbol_name> which,
                       subscribers_taker done);

/// How a list of subscribers is to be sorted, or why it cannot be.
caf::expected<std::string> subscribers_sort(const console_command& x);

/// Sorts by `age`, `lag`, `merged` or `rate`, the most of it first.
void sort_subscribers(std::vector<subscriber_line>& xs, std::string_view by);

/// @param loop_lag how late the node's loop is, see `judge`.
listing list_of(const std::vector<subscriber_line>& some,
                std::chrono::nanoseconds loop_lag);

/// Delivers the page of the subscribers that the command asks for, with `parts`
/// before it.
void show_subscribers(const asker& ask, subscriber_list& all,
                      const console_command& x, std::vector<actor_status> parts,
                      console_promise to);

/// The id that a word stands for; refuses if it is none.
std::optional<std::uint64_t> subscriber_id(const std::string& word,
                                           console_promise to);

/// Why nobody has told of a subscriber: it may be with somebody who does not
/// answer, or there is none.
template <class T>
caf::error no_subscriber(const std::vector<outcome<T>>& answers,
                         std::uint64_t id) {
  for (const auto& x : answers)
    if (!x.error.empty())
      return make_error(errc::unavailable, "a fan-out: " + x.error);
  return make_error(errc::invalid,
                    "there is no subscriber " + std::to_string(id));
}

/// Goes on with the subscriber of that id, or tells that there is none.
void find_subscriber(asker& ask, const std::string& id, console_promise to,
                     std::function<void(subscriber_actor)> done);

} // namespace livegrid
