#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/access/access_limits.hpp"
#include "livegrid/actors/prices/symbol_filter.hpp"

namespace livegrid {

/// What one may do with a key.
enum class scope : std::uint8_t {
  read = 1,    ///< see rows
  publish = 2, ///< send ticks
  operate = 4, ///< see how the node is, and ask its console
};

constexpr scope all_scopes[]{scope::read, scope::publish, scope::operate};

std::string_view to_string(scope x) noexcept;

std::optional<scope> parse_scope(std::string_view text) noexcept;

/// A key: who somebody is, what he may do, and how much of it. Its secret is
/// not in it.
struct access_key {
  using seconds = std::chrono::sys_seconds;

  /// SHA-256 of the secret, which is 256 random bits: nothing is gained by
  /// making it slow to compute.
  using digest = std::array<unsigned char, 32>;

  std::string name; ///< see `is_key_name`
  digest hash{};
  std::uint8_t scopes = 0;
  symbol_filter_ptr symbols; ///< never null
  seconds created{};
  std::optional<seconds> expires;

  access_limits limits;

  bool may(scope x) const noexcept {
    return (scopes & static_cast<std::uint8_t>(x)) != 0;
  }

  void grant(scope x) noexcept {
    scopes |= static_cast<std::uint8_t>(x);
  }

  bool expired(seconds now) const noexcept {
    return expires && *expires <= now;
  }
};

using access_key_ptr = std::shared_ptr<const access_key>;

/// 1 to 64 letters, digits, `-` and `_`.
bool is_key_name(std::string_view text) noexcept;

/// All keys at one moment, by their names.
using keyring = std::map<std::string, access_key_ptr, std::less<>>;

using keyring_ptr = std::shared_ptr<const keyring>;

} // namespace livegrid
