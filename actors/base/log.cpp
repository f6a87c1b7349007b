#include "livegrid/actors/base/log.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <utility>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

constexpr unsigned lines_per_second = 10;

/// Of an event that tells of many addresses.
constexpr unsigned lines_of_all = 50;

/// Addresses whose first line comes out beyond that.
constexpr unsigned more_addresses = 50;

/// Keeps lines below PIPE_BUF, up to which a pipe takes a line whole or not at
/// all, and whoever sends nonsense from filling the log.
constexpr std::size_t max_text = 512;

constexpr std::array<std::string_view, 4> level_names{"error", "warning",
                                                      "info", "debug"};

constexpr std::array<std::string_view, 2> format_names{"text", "json"};

template <class T, std::size_t N>
std::optional<T> find_name(const std::array<std::string_view, N>& names,
                           std::string_view name) noexcept {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name)
      return static_cast<T>(i);
  return std::nullopt;
}

spdlog::level::level_enum to_spdlog(log_level x) noexcept {
  switch (x) {
  case log_level::error:
    return spdlog::level::err;
  case log_level::warning:
    return spdlog::level::warn;
  case log_level::info:
    return spdlog::level::info;
  case log_level::debug:
    break;
  }
  return spdlog::level::debug;
}

const char* pattern_of(log_format x) noexcept {
  return x == log_format::json
           ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","event":%v})"
           : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
}

void append_value(std::string& out, const log_field::value_type& value) {
  std::visit(
    [&](auto x) {
      using type = decltype(x);
      if constexpr (std::is_same_v<type, std::monostate>) {
        // The line does not have it.
      } else if constexpr (std::is_same_v<type, bool>) {
        out += x ? "true" : "false";
      } else if constexpr (std::is_same_v<type, std::string_view>) {
        auto shown = cut_text(x, max_text);
        if (shown.size() == x.size())
          append_json_string(out, x);
        else
          append_json_string(out, std::string{shown} + "...");
      } else {
        out += std::to_string(x);
      }
    },
    value);
}

bool has_value(const log_field& x) noexcept {
  return !std::holds_alternative<std::monostate>(x.value());
}

/// What the operator is shown of the fields of a line.
std::string fields_text(logger::fields what) {
  std::string result;
  for (const auto& x : what)
    if (has_value(x)) {
      result += result.empty() ? "" : " ";
      result += x.key();
      result += '=';
      append_value(result, x.value());
    }
  return result;
}

/// Who is behind a peer: its address without the port; of IPv6 the network, as
/// who has an address there has 2^64.
std::string address_of(std::string_view peer) {
  if (auto colon = peer.find(':');
      colon != peer.npos && colon == peer.rfind(':'))
    return std::string{peer.substr(0, colon)};
  if (peer.starts_with('['))
    peer = peer.substr(1, peer.find(']') - 1);
  std::string result{peer};
  in6_addr bytes;
  if (::inet_pton(AF_INET6, result.c_str(), &bytes) != 1
      || IN6_IS_ADDR_V4MAPPED(&bytes))
    return result;
  std::fill(bytes.s6_addr + 8, bytes.s6_addr + 16, 0);
  std::array<char, INET6_ADDRSTRLEN> text;
  return ::inet_ntop(AF_INET6, &bytes, text.data(), text.size());
}

/// Of the peer that a line tells of; empty if it tells of none.
std::string address_in(logger::fields what) {
  for (const auto& x : what)
    if (auto* text = std::get_if<std::string_view>(&x.value());
        text && x.key() == "peer")
      return address_of(*text);
  return {};
}

/// What the pattern calls %v: the event and all that follows it.
std::string event_text(log_format format, std::string_view event,
                       logger::fields what, std::uint64_t left_out) {
  auto json = format == log_format::json;
  std::string out;
  auto put_key = [&](std::string_view key) {
    out += json ? ",\"" : " ";
    out += key;
    out += json ? "\":" : "=";
  };
  if (json)
    append_json_string(out, event);
  else
    out += event;
  for (const auto& x : what)
    if (has_value(x)) {
      put_key(x.key());
      append_value(out, x.value());
    }
  if (left_out > 0) {
    put_key("left_out");
    out += std::to_string(left_out);
  }
  return out;
}

/// Writes what stderr takes at once: a reader that has stopped must not stop
/// the node. Its user has a mutex.
class stderr_sink final
  : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
  /// Whether the last line went out.
  bool took_it() const noexcept {
    return took_it_;
  }

private:
  void sink_it_(const spdlog::details::log_msg& x) override {
    took_it_ = false;
    spdlog::memory_buf_t line;
    formatter_->format(x, line);
    pollfd out{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&out, 1, 0) != 1 || (out.revents & POLLOUT) == 0)
      return;
    // One call a line, so that lines of several processes do not mix.
    auto n = ::write(STDERR_FILENO, line.data(), line.size());
    took_it_ = n == static_cast<ssize_t>(line.size());
  }

  void flush_() override {
    // nop
  }

  bool took_it_ = false;
};

/// What came of an address in a second.
struct tally {
  unsigned written = 0;
  std::uint64_t left_out = 0;
};

/// Of one event the addresses that had a line in that second, or lack one.
struct tallies {
  std::map<std::string, tally, std::less<>> all;

  /// Forgets addresses of which nothing is left to say.
  void begin_second() {
    std::erase_if(all, [](const auto& x) { return x.second.left_out == 0; });
    for (auto& [address, x] : all)
      x.written = 0;
  }

  /// That of an address; null where there is no line left for a new one.
  /// @param written lines of all addresses.
  tally* find(const std::string& address, unsigned written) {
    constexpr auto most = lines_of_all + more_addresses;
    if (auto i = all.find(address); i != all.end())
      return &i->second;
    if (written >= most || all.size() >= most)
      return nullptr;
    return &all[address];
  }
};

} // namespace

/// The way to stderr through spdlog, and which addresses have gone it.
class logger::output {
public:
  explicit output(log_format format)
    : format_(format),
      sink_(std::make_shared<stderr_sink>()),
      to_("livegrid", sink_) {
    to_.set_formatter(std::make_unique<spdlog::pattern_formatter>(
      pattern_of(format), spdlog::pattern_time_type::utc, "\n"));
    // The threshold is the logger's own.
    to_.set_level(spdlog::level::trace);
    // By default spdlog complains to stderr, with lines of another form.
    to_.set_error_handler([](const std::string&) {});
  }

  /// Returns whether the line went out.
  bool put(std::chrono::system_clock::time_point now, log_level level,
           std::string_view event, fields what, std::uint64_t left_out) {
    auto text = event_text(format_, event, what, left_out);
    to_.log(now, spdlog::source_loc{}, to_spdlog(level),
            spdlog::string_view_t{text.data(), text.size()});
    return sink_->took_it();
  }

  tallies& addresses_of(std::string_view event) {
    return addresses_[event];
  }

private:
  log_format format_;
  std::shared_ptr<stderr_sink> sink_;
  spdlog::logger to_;

  /// Names of events stand in the code.
  std::map<std::string_view, tallies> addresses_;
};

std::optional<log_level> parse_log_level(std::string_view name) noexcept {
  return find_name<log_level>(level_names, name);
}

std::optional<log_format> parse_log_format(std::string_view name) noexcept {
  return find_name<log_format>(format_names, name);
}

logger::logger(log_level threshold, log_format format, clock now)
  : threshold_(threshold),
    now_(std::move(now)),
    out_(std::make_unique<output>(format)) {
  // nop
}

logger::~logger() {
  report_all_but(std::nullopt);
}

void logger::write_enabled(log_level level, log_name event, fields what) {
  std::lock_guard guard{mutex_};
  auto now = now_();
  auto& b = budgets_[event.text()];
  auto& addresses = out_->addresses_of(event.text());
  if (auto x = std::chrono::floor<std::chrono::seconds>(now); b.when != x) {
    b.when = x;
    b.written = 0;
    addresses.begin_second();
  }
  b.level = level;
  auto address = address_in(what);
  auto* own = address.empty() ? nullptr : addresses.find(address, b.written);
  auto& left_out = own != nullptr ? own->left_out : b.left_out;
  auto most = address.empty() ? lines_per_second
              : own != nullptr && own->written == 0
                ? lines_of_all + more_addresses
                : lines_of_all;
  auto may =
    address.empty() || (own != nullptr && own->written < lines_per_second);
  if (may && b.written < most) {
    ++b.written;
    if (own != nullptr)
      ++own->written;
    // Also where stderr takes nothing: then it is the only place.
    if (past_.size() == max_past)
      past_.pop_front();
    past_.push_back({now, level, std::string{event.text()}, fields_text(what)});
    if (out_->put(now, level, event.text(), what, left_out)) {
      left_out = 0;
      return;
    }
  }
  ++left_out;
}

std::vector<past_event> logger::past() const {
  std::lock_guard guard{mutex_};
  return {past_.begin(), past_.end()};
}

void logger::report_left_out() {
  report_all_but(std::chrono::floor<std::chrono::seconds>(now_()));
}

void logger::report_all_but(std::optional<second> current) {
  std::lock_guard guard{mutex_};
  for (auto& entry : budgets_) {
    // No structured binding: clang 14 does not let lambdas refer to one.
    const auto& event = entry.first;
    auto& b = entry.second;
    if (b.when == current || !enabled(b.level))
      continue;
    auto report = [&](std::uint64_t& left_out, fields of) {
      if (left_out > 0 && out_->put(now_(), b.level, event, of, left_out))
        left_out = 0;
    };
    report(b.left_out, {});
    for (auto& [address, x] : out_->addresses_of(event).all)
      report(x.left_out, {{"peer", address}});
  }
}

} // namespace livegrid
