#include "livegrid/actors/base/address_range.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

/// Where a v4 address stands in a v6 one.
constexpr std::size_t mapped_bytes = 12;
constexpr unsigned mapped_bits = 8 * mapped_bytes;

} // namespace

bool address_ranges::read(std::string_view text, bytes& to) {
  std::string ended{text};
  if (::inet_pton(AF_INET6, ended.c_str(), to.data()) == 1)
    return true;
  to.fill(0);
  to[10] = to[11] = 0xFF;
  return ::inet_pton(AF_INET, ended.c_str(), to.data() + mapped_bytes) == 1;
}

expected<address_ranges, std::string>
address_ranges::parse(std::string_view list) {
  address_ranges result;
  while (!list.empty()) {
    auto one = take_part(list, ',');
    auto slash = std::min(one.find('/'), one.size());
    auto address = one.substr(0, slash);
    range x{};
    if (!read(address, x.first))
      return unexpected{"'" + std::string{one}
                        + "' is no IPv4 or IPv6 address"};
    auto is_v4 = address.find(':') == address.npos;
    auto most = is_v4 ? 32u : 128u;
    auto bits = most;
    if (slash < one.size()) {
      auto last = one.data() + one.size();
      auto [at, ec] = std::from_chars(one.data() + slash + 1, last, bits);
      if (ec != std::errc{} || at != last || bits > most)
        return unexpected{"'" + std::string{one} + "' must have 0 to "
                          + std::to_string(most) + " bits"};
    }
    x.bits = is_v4 ? mapped_bits + bits : bits;
    result.ranges_.emplace_back(x);
  }
  return result;
}

std::string network_of(const std::string& address) {
  in6_addr x{};
  if (::inet_pton(AF_INET6, address.c_str(), &x) != 1)
    return address;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (IN6_IS_ADDR_V4MAPPED(&x)) {
    ::inet_ntop(AF_INET, x.s6_addr + mapped_bytes, text.data(), text.size());
    return text.data();
  }
  std::fill(std::begin(x.s6_addr) + 8, std::end(x.s6_addr), 0);
  ::inet_ntop(AF_INET6, &x, text.data(), text.size());
  return text.data();
}

bool address_ranges::contains(std::string_view address) const {
  bytes x;
  if (!read(address, x))
    return false;
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const range& y) {
    auto whole = y.bits / 8;
    if (!std::equal(x.begin(), x.begin() + whole, y.first.begin()))
      return false;
    auto mask = 0xFFu >> y.bits % 8 ^ 0xFFu;
    return mask == 0 || ((x[whole] ^ y.first[whole]) & mask) == 0;
  });
}

} // namespace livegrid
