#pragma once

#include <string>
#include <string_view>

#include "livegrid/actors/access/access_key.hpp"
#include "livegrid/actors/access/access_limits.hpp"

namespace livegrid {

/// Who sends a request.
struct caller {
  /// Null where nobody needs one. That of the node's own probe is in no file.
  access_key_ptr key;

  /// Whether it is the node that finds out whether it serves.
  bool is_probe = false;

  /// Whether it has shown a token, which is good for reading only.
  bool by_token = false;

  /// Where it came from, without a port; a proxy's client's.
  std::string address;

  /// Of the key, or of the address if there is none.
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
