#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "livegrid/actors/access/access_key.hpp"

namespace livegrid {

/// Makes and checks what stands for a key where only a URL or a cookie can be
/// sent: good for reading, for a time, and as long as the key is. It has the
/// key's name in it, and nothing of its secret.
class token_mint {
public:
  using seconds = access_key::seconds;

  /// @param secret of at least 32 bytes; nodes that share it take each other's
  ///        tokens.
  explicit token_mint(std::string secret) : secret_(std::move(secret)) {
    // nop
  }

  /// Letters, digits, `-`, `_` and `.` only.
  std::string make(const access_key& of, seconds expires) const;

  /// The key that the token stands for; null if it is none of ours, expired, or
  /// the key is not the one that it was made of.
  access_key_ptr find(std::string_view token, const keyring& keys,
                      seconds now) const;

private:
  access_key::digest sign(std::string_view body, const access_key& of) const;

  std::string secret_;
};

} // namespace livegrid
