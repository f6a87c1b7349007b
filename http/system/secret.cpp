#include "livegrid/http/system/secret.hpp"

#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

std::string random_bytes(std::size_t n) {
  std::string result(n, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(result.data()),
                 static_cast<int>(n))
      != 1)
    throw std::runtime_error("no random bytes");
  return result;
}

access_key::digest sha256(std::string_view bytes) {
  access_key::digest result;
  if (EVP_Digest(bytes.data(), bytes.size(), result.data(), nullptr,
                 EVP_sha256(), nullptr)
      != 1)
    throw std::runtime_error("no SHA-256");
  return result;
}

access_key::digest hmac_sha256(std::string_view key, std::string_view bytes) {
  access_key::digest result;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
           result.data(), nullptr)
      == nullptr)
    throw std::runtime_error("no HMAC-SHA256");
  return result;
}

bool same(const access_key::digest& a, const access_key::digest& b) noexcept {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(const access_key::digest& x) {
  std::string result;
  for (auto byte : x)
    append_hex(result, byte);
  return result;
}

std::optional<access_key::digest> parse_digest(std::string_view hex) noexcept {
  access_key::digest result;
  if (hex.size() != 2 * result.size())
    return std::nullopt;
  for (std::size_t i = 0; i < result.size(); ++i) {
    auto high = hex_value(hex[2 * i]);
    auto low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    result[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return result;
}

} // namespace livegrid
