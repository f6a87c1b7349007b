#pragma once

#include <string>
#include <string_view>

#include "livegrid/actors/access/access_key.hpp"
#include "livegrid/actors/access/access_limits.hpp"

namespace livegrid {

/// Who sends a request.
struct caller {
  /// The key that the caller has shown; null where the node wants none. The
  /// node's own probe has a key that stands in no file.
  access_key_ptr key;

  /// Whether it is the node that finds out whether it serves.
  bool is_probe = false;

  /// Whether it has shown a token, which is good for reading only.
  bool by_token = false;

  /// The client's address, without a port; behind a trusted proxy that of the
  /// proxy's client.
  std::string address;

  /// How much the key may do; without a key, how much the address may.
  access_limits limits;

  bool may(scope x) const noexcept {
    return !key || (key->may(x) && (!by_token || x == scope::read));
  }

  /// Null if it may see and publish all symbols.
  symbol_filter_ptr symbols() const noexcept {
    return key && !key->symbols->allows_all() ? key->symbols : nullptr;
  }

  /// For the log.
  std::string_view name() const noexcept {
    return key ? std::string_view{key->name} : std::string_view{"none"};
  }
};

} // namespace livegrid
