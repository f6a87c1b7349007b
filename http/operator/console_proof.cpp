#include "livegrid/http/operator/console_proof.hpp"

#include <algorithm>

#include "livegrid/http/system/secret.hpp"

namespace livegrid {

namespace {

constexpr std::size_t hex_size = 64;

std::string_view bytes_of(const access_key::digest& x) noexcept {
  return {reinterpret_cast<const char*>(x.data()), x.size()};
}

} // namespace

std::string line_seal::mark_of(std::string_view text) const {
  std::string what;
  for (int shift = 56; shift >= 0; shift -= 8)
    what += static_cast<char>(number_ >> shift & 0xff);
  what += text;
  return to_hex(hmac_sha256(bytes_of(key_), what));
}

std::string line_seal::seal(std::string_view text) {
  auto result = mark_of(text) + ' ';
  ++number_;
  result += text;
  return result;
}

std::optional<std::string> line_seal::open(std::string_view line) {
  if (line.size() <= hex_size || line[hex_size] != ' ')
    return std::nullopt;
  auto text = line.substr(hex_size + 1);
  if (!same_proof(line.substr(0, hex_size), mark_of(text)))
    return std::nullopt;
  ++number_;
  return std::string{text};
}

console_proof::console_proof(const access_key::digest& hash,
                             std::string_view name, std::string_view of_node,
                             std::string_view of_operator)
  : hash_(hash) {
  // Nonces have one size, and names no blank.
  about_ = std::string{of_node} + ' ' + std::string{of_operator} + ' '
           + std::string{name};
}

access_key::digest console_proof::derive(std::string_view purpose) const {
  return hmac_sha256(bytes_of(hash_), "livegrid console 1 "
                                        + std::string{purpose} + ' ' + about_);
}

std::string console_proof::of_operator() const {
  return to_hex(derive("operator"));
}

std::string console_proof::of_node() const {
  return to_hex(derive("node"));
}

line_seal console_proof::questions() const {
  return line_seal{derive("questions")};
}

line_seal console_proof::answers() const {
  return line_seal{derive("answers")};
}

std::string make_nonce() {
  auto bytes = random_bytes(access_key::digest{}.size());
  access_key::digest x{};
  std::copy(bytes.begin(), bytes.end(), x.begin());
  return to_hex(x);
}

bool is_nonce(std::string_view text) noexcept {
  return parse_digest(text).has_value();
}

bool same_proof(std::string_view a, std::string_view b) noexcept {
  auto x = parse_digest(a);
  auto y = parse_digest(b);
  return x && y && same(*x, *y);
}

} // namespace livegrid
