#include "livegrid/http/system/base64.hpp"

#include <algorithm>

#include <openssl/evp.h>

namespace livegrid {

namespace {

const unsigned char* bytes_of(std::string_view x) noexcept {
  return reinterpret_cast<const unsigned char*>(x.data());
}

} // namespace

std::string to_base64(std::string_view bytes) {
  // The last one is for the NUL that OpenSSL writes behind the text.
  std::string result((bytes.size() + 2) / 3 * 4 + 1, '\0');
  auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(result.data()),
                              bytes_of(bytes), static_cast<int>(bytes.size()));
  result.resize(static_cast<std::size_t>(size));
  return result;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string result(text.size() / 4 * 3 + 3, '\0');
  auto size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(result.data()),
                              bytes_of(text), static_cast<int>(text.size()));
  if (size < 0)
    return std::nullopt;
  // OpenSSL counts the padding as bytes.
  auto padding = std::size_t{text.ends_with("=")} + text.ends_with("==");
  if (static_cast<std::size_t>(size) < padding)
    return std::nullopt;
  result.resize(static_cast<std::size_t>(size) - padding);
  // It takes blanks around the text, and whatever bits of the last digit belong
  // to no byte.
  if (to_base64(result) != text)
    return std::nullopt;
  return result;
}

std::string to_base64url(std::string_view bytes) {
  auto result = to_base64(bytes);
  std::replace(result.begin(), result.end(), '+', '-');
  std::replace(result.begin(), result.end(), '/', '_');
  result.erase(std::min(result.find('='), result.size()));
  return result;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != text.npos)
    return std::nullopt;
  std::string padded{text};
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  return from_base64(padded);
}

} // namespace livegrid
