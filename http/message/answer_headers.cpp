#include "livegrid/http/message/answer_headers.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool ends_with_word(std::string_view text, std::string_view word) noexcept {
  return text.size() >= word.size()
         && equal_ignoring_case(text.substr(text.size() - word.size()), word);
}

} // namespace

std::string http_date(std::chrono::sys_seconds x) {
  std::time_t seconds = x.time_since_epoch().count();
  std::tm t{};
  ::gmtime_r(&seconds, &t);
  std::array<char, 64> text{};
  // Not strftime, which knows other languages.
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                days.at(static_cast<std::size_t>(t.tm_wday)), t.tm_mday,
                months.at(static_cast<std::size_t>(t.tm_mon)), t.tm_year + 1900,
                t.tm_hour, t.tm_min, t.tm_sec);
  return text.data();
}

const std::string& http_clock::now() {
  auto now =
    std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (text_.empty() || now != when_) {
    when_ = now;
    text_ = http_date(now);
  }
  return text_;
}

void add_common_headers(http_reply& to, const std::string& date, bool pinned) {
  auto& headers = to.headers;
  headers.reserve(headers.size() + 4);
  auto kept = std::any_of(headers.begin(), headers.end(), [](const auto& x) {
    return x.first == "Cache-Control";
  });
  headers.emplace_back("Date", date);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (!kept)
    headers.emplace_back("Cache-Control", "no-store");
  if (pinned)
    headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
}

bool may_be_pinned(std::string_view host) noexcept {
  host = host.substr(0, host.rfind(':'));
  return !ends_with_word(host, ".localhost")
         && !equal_ignoring_case(host, "localhost");
}

} // namespace livegrid
