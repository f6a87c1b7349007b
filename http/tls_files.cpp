#include "livegrid/http/tls_files.hpp"

#include <memory>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "livegrid/http/tls_context.hpp"

namespace livegrid {

std::string tls_fault(const std::string& cert, const std::string& key,
                      const std::string& authority) {
  ERR_clear_error();
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> ctx{
    SSL_CTX_new(TLS_method()), SSL_CTX_free};
  if (!ctx)
    return "no TLS: " + tls_reason();
  for (const auto& path : {cert, authority})
    if (auto why = pem_file_fault(path); !why.empty())
      return why;
  if (SSL_CTX_use_certificate_chain_file(ctx.get(), cert.c_str()) != 1)
    return cert + ": " + tls_reason();
  if (SSL_CTX_load_verify_locations(ctx.get(), authority.c_str(), nullptr) != 1)
    return authority + ": " + tls_reason();
  key_ptr own;
  if (auto why = read_tls_key(key, own); !why.empty())
    return why;
  if (SSL_CTX_use_PrivateKey(ctx.get(), own.get()) != 1
      || SSL_CTX_check_private_key(ctx.get()) != 1)
    return key + ": " + tls_reason();
  std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check{
    X509_STORE_CTX_new(), X509_STORE_CTX_free};
  if (!check
      || X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(ctx.get()),
                             SSL_CTX_get0_certificate(ctx.get()), nullptr)
           != 1)
    return cert + ": " + tls_reason();
  if (X509_verify_cert(check.get()) != 1)
    return cert + ": "
           + X509_verify_cert_error_string(
             X509_STORE_CTX_get_error(check.get()));
  return {};
}

} // namespace livegrid
