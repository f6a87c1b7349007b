#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "livegrid/actors/access/access_key.hpp"

namespace livegrid {

/// Marks the lines of one direction, so that nobody in between can change,
/// repeat, leave out or add one.
class line_seal {
public:
  explicit line_seal(const access_key::digest& key) : key_(key) {
    // nop
  }

  /// The next line to send.
  std::string seal(std::string_view text);

  /// What the next line that came says; nothing if it is not the one that was
  /// sent.
  std::optional<std::string> open(std::string_view line);

private:
  std::string mark_of(std::string_view text) const;

  access_key::digest key_;
  std::uint64_t number_ = 0;
};

/// What an operator and a node show each other, so that both know that the
/// other has the same key, which neither sends: whoever listens in between, or
/// in place of the node, learns nothing that he could use. The node has nothing
/// of the key but its hash, so that is what both begin with.
class console_proof {
public:
  /// @param hash the key's.
  /// @param name the key's.
  /// @param of_node a nonce, made by the node for this connection.
  /// @param of_operator the same, of the operator's.
  console_proof(const access_key::digest& hash, std::string_view name,
                std::string_view of_node, std::string_view of_operator);

  /// What the operator shows, in hexadecimal.
  std::string of_operator() const;

  /// What the node shows once the operator's proof was right, in hexadecimal.
  std::string of_node() const;

  /// The seals of the operator's lines that follow, and of the node's.
  line_seal questions() const;
  line_seal answers() const;

private:
  access_key::digest derive(std::string_view purpose) const;

  access_key::digest hash_;
  std::string about_;
};

/// A nonce, in hexadecimal.
std::string make_nonce();

/// Whether a text has the form of a nonce.
bool is_nonce(std::string_view text) noexcept;

/// Whether two proofs are equal. Takes the same time wherever they differ.
bool same_proof(std::string_view a, std::string_view b) noexcept;

} // namespace livegrid
