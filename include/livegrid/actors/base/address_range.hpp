#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// Some IP addresses: single ones, and ranges as RFC 4632 writes them.
class address_ranges {
public:
  /// Reads `10.0.0.0/8,192.0.2.1,2001:db8::/32`; an empty text is none.
  /// @returns them, or what is wrong with it.
  static expected<address_ranges, std::string> parse(std::string_view list);

  /// Whether an address is among them; false if the text is none. A v4 address
  /// that is mapped into v6 is the v4 address.
  bool contains(std::string_view address) const;

  bool empty() const noexcept {
    return ranges_.empty();
  }

private:
  /// In v6, where v4 addresses are mapped.
  using bytes = std::array<unsigned char, 16>;

  struct range {
    bytes first;
    unsigned bits;
  };

  static bool read(std::string_view text, bytes& to);

  std::vector<range> ranges_;
};

/// Whom an address belongs to: an IPv4 address to itself, also where it is
/// mapped into v6, any other IPv6 address to its network of 64 bits, since who
/// has one has all of those. A text that is no address is itself.
std::string network_of(const std::string& address);

} // namespace livegrid
