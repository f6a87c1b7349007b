#include "livegrid/http/tls_files.hpp"

#include <cstring>
#include <memory>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace livegrid {

namespace {

/// What OpenSSL said first, which is what the rest comes from.
std::string reason() {
  auto code = ERR_peek_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code))
    return std::strerror(static_cast<int>(ERR_GET_REASON(code)));
  const char* text = ERR_reason_error_string(code);
  return text != nullptr ? text : "cannot be read";
}

} // namespace

std::string tls_fault(const std::string& cert, const std::string& key,
                      const std::string& authority) {
  ERR_clear_error();
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> ctx{
    SSL_CTX_new(TLS_method()), SSL_CTX_free};
  if (!ctx)
    return "no TLS: " + reason();
  if (SSL_CTX_use_certificate_chain_file(ctx.get(), cert.c_str()) != 1)
    return cert + ": " + reason();
  if (SSL_CTX_load_verify_locations(ctx.get(), authority.c_str(), nullptr) != 1)
    return authority + ": " + reason();
  if (SSL_CTX_use_PrivateKey_file(ctx.get(), key.c_str(), SSL_FILETYPE_PEM) != 1
      || SSL_CTX_check_private_key(ctx.get()) != 1)
    return key + ": " + reason();
  std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check{
    X509_STORE_CTX_new(), X509_STORE_CTX_free};
  if (!check
      || X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(ctx.get()),
                             SSL_CTX_get0_certificate(ctx.get()), nullptr)
           != 1)
    return cert + ": " + reason();
  if (X509_verify_cert(check.get()) != 1)
    return cert + ": "
           + X509_verify_cert_error_string(
             X509_STORE_CTX_get_error(check.get()));
  return {};
}

} // namespace livegrid
