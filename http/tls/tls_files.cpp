#include "livegrid/http/tls/tls_files.hpp"

#include <memory>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "livegrid/http/tls/tls_context.hpp"

namespace livegrid {

expected<void, std::string> check_tls_files(const std::string& cert,
                                            const std::string& key,
                                            const std::string& authority) {
  auto made = make_peer_context(cert, key, authority);
  if (!made)
    return unexpected{std::move(made).error()};
  auto* ctx = made->get();
  std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check{
    X509_STORE_CTX_new(), X509_STORE_CTX_free};
  if (!check
      || X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(ctx),
                             SSL_CTX_get0_certificate(ctx), nullptr)
           != 1)
    return unexpected{cert + ": " + tls_reason()};
  if (X509_verify_cert(check.get()) != 1)
    return unexpected{
      cert + ": "
      + X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get()))};
  return {};
}

} // namespace livegrid
