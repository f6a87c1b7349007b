#include "livegrid/http/tls/tls_context.hpp"

#include <cstring>
#include <ctime>
#include <iterator>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "livegrid/actors/base/text_file.hpp"
#include "livegrid/http/system/private_file.hpp"

namespace livegrid {

namespace {

/// Those that keep what was said secret from who gets the key later, and that
/// are cheap: AES is done by the processor, ChaCha20 is for who has none that
/// does.
constexpr const char* ciphers_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";
constexpr const char* ciphers_1_3 =
  "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384";

struct bio_deleter {
  void operator()(BIO* x) const noexcept {
    BIO_free(x);
  }
};

/// OpenSSL would ask whoever sits at the terminal.
int no_password(char*, int, int, void*) {
  return -1;
}

/// Nothing but HTTP/1.1 is spoken; who wants something else alone is told so.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* size,
                    const unsigned char* in, unsigned int in_size, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, size, ours, sizeof ours - 1, in, in_size)
      != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = found;
  return SSL_TLSEXT_ERR_OK;
}

ssl_context_ptr make_context(const SSL_METHOD* method) {
  ssl_context_ptr result{SSL_CTX_new(method), SSL_CTX_free};
  if (!result)
    throw std::runtime_error("no TLS: " + tls_reason());
  // An idle connection needs no buffers; what could not be written is kept by
  // who writes, and may have moved when it is written again.
  SSL_CTX_set_mode(result.get(), SSL_MODE_RELEASE_BUFFERS
                                   | SSL_MODE_ENABLE_PARTIAL_WRITE
                                   | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Else a read would go on for as long as a peer has new keys to say.
  SSL_CTX_clear_mode(result.get(), SSL_MODE_AUTO_RETRY);
  return result;
}

expected<void, std::string> use_ciphers(SSL_CTX& to) {
  if (SSL_CTX_set_cipher_list(&to, ciphers_1_2) == 1
      && SSL_CTX_set_ciphersuites(&to, ciphers_1_3) == 1)
    return {};
  return unexpected{"no ciphers: " + tls_reason()};
}

/// OpenSSL's own words for what is wrong there help nobody.
expected<void, std::string> use_key(SSL_CTX& to, const std::string& path,
                                    const std::string& cert) {
  auto key = read_tls_key(path);
  if (!key)
    return unexpected{std::move(key).error()};
  if (SSL_CTX_use_PrivateKey(&to, key->get()) != 1
      || SSL_CTX_check_private_key(&to) != 1)
    return unexpected{path + ": is not the key of " + cert};
  return {};
}

} // namespace

void ssl_deleter::operator()(SSL* x) const noexcept {
  SSL_free(x);
}

void key_deleter::operator()(EVP_PKEY* x) const noexcept {
  EVP_PKEY_free(x);
}

expected<void, std::string> check_pem_file(const std::string& path) {
  text_file file{path};
  if (!file.fault().empty())
    return unexpected{path + ": " + file.fault()};
  if (!file.is_regular())
    return unexpected{path + ": " + no_regular_file};
  return {};
}

expected<key_ptr, std::string> read_tls_key(const std::string& path) {
  auto text = read_private_file(path);
  if (!text)
    return unexpected{std::move(text).error()};
  std::unique_ptr<BIO, bio_deleter> in{
    BIO_new_mem_buf(text->data(), static_cast<int>(text->size()))};
  key_ptr key{PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr)};
  OPENSSL_cleanse(text->data(), text->size());
  if (!key)
    return unexpected{path + ": holds no key in PEM without a password"};
  return key;
}

std::string tls_reason() {
  auto code = ERR_peek_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code))
    return std::strerror(static_cast<int>(ERR_GET_REASON(code)));
  const char* text = ERR_reason_error_string(code);
  return text != nullptr ? text : "cannot be read";
}

expected<ssl_context_ptr, std::string>
make_https_context(const std::string& cert, const std::string& key) {
  ERR_clear_error();
  auto result = make_context(TLS_server_method());
  auto* ctx = result.get();
  SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
  SSL_CTX_set_options(
    ctx, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA
           | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Clients come back with what they were given, nothing is kept here.
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(ctx, 1);
  SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, nullptr);
  if (auto done = use_ciphers(*ctx); !done)
    return unexpected{std::move(done).error()};
  SSL_CTX_set_default_passwd_cb(ctx, no_password);
  if (auto fine = check_pem_file(cert); !fine)
    return unexpected{std::move(fine).error()};
  if (SSL_CTX_use_certificate_chain_file(ctx, cert.c_str()) != 1)
    return unexpected{cert + ": " + tls_reason()};
  if (auto done = use_key(*ctx, key, cert); !done)
    return unexpected{std::move(done).error()};
  return result;
}

expected<ssl_context_ptr, std::string>
make_peer_context(const std::string& cert, const std::string& key,
                  const std::string& authority) {
  ERR_clear_error();
  auto result = make_context(TLS_method());
  auto* ctx = result.get();
  SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
  SSL_CTX_set_options(ctx,
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Links last for days: nobody comes back with what he was given.
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(ctx, 0);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     nullptr);
  SSL_CTX_set_default_passwd_cb(ctx, no_password);
  if (auto done = use_ciphers(*ctx); !done)
    return unexpected{std::move(done).error()};
  for (const auto& path : {cert, authority})
    if (auto fine = check_pem_file(path); !fine)
      return unexpected{std::move(fine).error()};
  if (SSL_CTX_use_certificate_chain_file(ctx, cert.c_str()) != 1)
    return unexpected{cert + ": " + tls_reason()};
  if (SSL_CTX_load_verify_locations(ctx, authority.c_str(), nullptr) != 1)
    return unexpected{authority + ": " + tls_reason()};
  if (auto done = use_key(*ctx, key, cert); !done)
    return unexpected{std::move(done).error()};
  return result;
}

ssl_context_ptr make_probe_context() {
  auto result = make_context(TLS_client_method());
  SSL_CTX_set_verify(result.get(), SSL_VERIFY_NONE, nullptr);
  return result;
}

std::int64_t expiry_of(const SSL_CTX& x) {
  const auto* cert = SSL_CTX_get0_certificate(&x);
  std::tm when{};
  if (cert == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(cert), &when) != 1)
    return 0;
  return ::timegm(&when);
}

} // namespace livegrid
