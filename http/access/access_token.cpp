#include "livegrid/http/access/access_token.hpp"

#include <charconv>

#include "livegrid/http/system/base64.hpp"
#include "livegrid/http/system/secret.hpp"

namespace livegrid {

namespace {

/// Another form gets another number.
constexpr std::string_view version = "1";

constexpr std::size_t longest = 256;

std::string_view as_bytes(const access_key::digest& x) {
  return {reinterpret_cast<const char*>(x.data()), x.size()};
}

} // namespace

access_key::digest token_mint::sign(std::string_view body,
                                    const access_key& of) const {
  // With the key's hash: a new key of an old name is another one.
  std::string text{body};
  text += as_bytes(of.hash);
  return hmac_sha256(secret_, text);
}

std::string token_mint::make(const access_key& of, seconds expires) const {
  auto result = std::string{version} + '.' + of.name + '.'
                + std::to_string(expires.time_since_epoch().count());
  return result + '.' + to_base64url(as_bytes(sign(result, of)));
}

access_key_ptr token_mint::find(std::string_view token, const keyring& keys,
                                seconds now) const {
  auto end = token.rfind('.');
  if (token.size() > longest || end == token.npos)
    return nullptr;
  auto body = token.substr(0, end);
  auto first = body.find('.');
  auto last = body.rfind('.');
  if (first == body.npos || first == last || body.substr(0, first) != version)
    return nullptr;
  auto name = body.substr(first + 1, last - first - 1);
  auto time = body.substr(last + 1);
  std::int64_t expires = 0;
  auto [at, ec] =
    std::from_chars(time.data(), time.data() + time.size(), expires);
  auto key = keys.find(name);
  auto mac = from_base64url(token.substr(end + 1));
  if (ec != std::errc{} || at != time.data() + time.size() || key == keys.end()
      || !mac || mac->size() != access_key::digest{}.size())
    return nullptr;
  access_key::digest given;
  std::copy(mac->begin(), mac->end(), reinterpret_cast<char*>(given.data()));
  if (!same(given, sign(body, *key->second))
      || seconds{std::chrono::seconds{expires}} <= now)
    return nullptr;
  return key->second;
}

} // namespace livegrid
