#include "livegrid/http/http_socket.hpp"

#include <strings.h>

#include <algorithm>

namespace livegrid {

namespace {

constexpr std::string_view end_of_header = "\r\n\r\n";

/// So many bytes of it may be in an earlier read than the rest.
constexpr std::size_t num_before = end_of_header.size() - 1;

} // namespace

void http_input::note(std::string_view bytes) {
  // `last` is of no use any more: the new bytes stand where those stood.
  before = std::move(tail);
  tail = bytes.size() < num_before ? before : std::string{};
  tail += bytes;
  tail.erase(0, tail.size() - std::min(tail.size(), num_before));
  last = bytes;
  continue_due =
    last.ends_with(end_of_header)
    && strcasecmp(find_field("\nexpect:").value_or("").c_str(), "100-continue")
         == 0;
}

void http_input::answered() {
  if (in_flight > 0 && --in_flight == 0 && end)
    std::exchange(end, nullptr)();
}

std::string_view http_input::behind_upgrade(std::string_view key) const {
  auto at = last.find(key);
  if (at != std::string_view::npos) {
    at = last.find(end_of_header, at);
    return at == std::string_view::npos
             ? std::string_view{}
             : last.substr(at + end_of_header.size());
  }
  // The header began in an earlier read: its end is the first one here, and
  // may begin there, too.
  auto text = before + std::string{last};
  at = text.find(end_of_header);
  if (at == std::string::npos)
    return {};
  return last.substr(
    std::min(last.size(), at + end_of_header.size() - before.size()));
}

std::optional<std::string> http_input::origin() const {
  return find_field("\norigin:");
}

std::optional<std::string> http_input::find_field(std::string_view name) const {
  for (std::size_t i = 0; i + name.size() < last.size(); ++i) {
    i = last.find('\n', i);
    if (i == std::string_view::npos || i + name.size() > last.size())
      return std::nullopt;
    if (strncasecmp(last.data() + i, name.data(), name.size()) != 0)
      continue;
    auto value = last.substr(i + name.size());
    value = value.substr(0, value.find_first_of("\r\n"));
    value.remove_prefix(std::min(value.size(), value.find_first_not_of(" \t")));
    return std::string{value};
  }
  return std::nullopt;
}

} // namespace livegrid
