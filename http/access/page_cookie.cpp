#include "livegrid/http/access/page_cookie.hpp"

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

constexpr std::string_view plain_name = "livegrid_token";
constexpr std::string_view secure_name = "__Host-livegrid_token";

std::string_view name_of(bool secure) noexcept {
  return secure ? secure_name : plain_name;
}

} // namespace

std::string read_page_cookie(std::string_view header, bool secure) {
  while (!header.empty()) {
    auto one = trimmed(take_part(header, ';'));
    auto equals = one.find('=');
    if (equals != one.npos && one.substr(0, equals) == name_of(secure))
      return std::string{one.substr(equals + 1)};
  }
  return {};
}

std::string make_page_cookie(const std::string& token,
                             std::chrono::seconds lifetime, bool secure) {
  std::string result{name_of(secure)};
  result += '=' + token + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
            + std::to_string(lifetime.count());
  if (secure)
    result += "; Secure";
  return result;
}

} // namespace livegrid
