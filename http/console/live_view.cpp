#include "livegrid/http/console/live_view.hpp"

#include <charconv>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "livegrid/actors/operator/console.hpp"
#include "livegrid/http/console/answer_text.hpp"
#include "livegrid/http/console/live_text.hpp"
#include "livegrid/http/console/terminal.hpp"

namespace livegrid {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds watch_pace = 100ms;
constexpr std::chrono::milliseconds top_pace = 1s;

/// How long a node may take before a key is looked for.
constexpr std::chrono::milliseconds patience = 500ms;

using clock = std::chrono::steady_clock;

/// `--count=N`; 0 for no end, nothing if it is wrong.
std::optional<std::uint64_t> count_of(const console_command& x) {
  auto i = x.options.find("count");
  if (i == x.options.end())
    return 0;
  std::uint64_t result = 0;
  auto end = i->second.data() + i->second.size();
  auto [at, ec] = std::from_chars(i->second.data(), end, result);
  if (ec != std::errc{} || at != end || result == 0)
    return std::nullopt;
  return result;
}

/// What to print of an answer; nothing if it is what was there before.
using printer = std::function<std::string(const console_answer&)>;

printer watch_printer(bool json) {
  if (json)
    return [last = std::string{}](const console_answer& x) mutable {
      auto text = to_json(x) + '\n';
      return std::exchange(last, text) == text ? std::string{} : text;
    };
  return [table = watch_table{}](const console_answer& x) mutable {
    return table.add(x, terminal_size::now().width);
  };
}

printer top_printer(bool json) {
  if (json)
    return [](const console_answer& x) { return to_json(x) + '\n'; };
  if (!can_redraw())
    return [first = true](const console_answer& x) mutable {
      return (std::exchange(first, false) ? "" : "\n")
             + to_text(x, terminal_size::now().width);
    };
  return [first = true](const console_answer& x) mutable {
    auto size = terminal_size::now();
    return (std::exchange(first, false) ? "\x1b[2J" : "")
           + to_screen(x, size.width, size.height);
  };
}

} // namespace

bool live_view::takes(const std::string& line) {
  auto name = console_command::parse(line).name;
  return name == "watch" || name == "top";
}

expected<view_end, console_failure> live_view::run(const std::string& line) {
  auto command = console_command::parse(line);
  auto left = count_of(command);
  if (!left)
    return unexpected{console_failure{"--count: '" + command.options["count"]
                                      + "' is no number of them"}};
  auto is_watch = command.name == "watch";
  auto print = is_watch ? watch_printer(json_) : top_printer(json_);
  auto endless = *left == 0;
  key_watch keys;
  for (;;) {
    // What was typed ahead does not hide what a node shows at once.
    auto patient_until = clock::now() + patience;
    auto said = node_.ask(line, [&] {
      return clock::now() > patient_until
             && keys.wait(0ms) != key_watch::event::time;
    });
    if (!said && !said.error().given_up)
      return unexpected{std::move(said).error()};
    if (said) {
      auto text = print(*said);
      if (!text.empty()) {
        if (!keys.write(text))
          return view_end::stopped;
        if (!endless && --*left == 0)
          return view_end::seen;
      }
    }
    switch (keys.wait(is_watch ? watch_pace : top_pace)) {
    case key_watch::event::time:
      break;
    case key_watch::event::key:
      return view_end::seen;
    case key_watch::event::interrupt:
      return view_end::interrupted;
    case key_watch::event::signal:
    case key_watch::event::closed:
      return view_end::stopped;
    }
  }
}

} // namespace livegrid
