#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include <openssl/types.h>

namespace livegrid {

struct ssl_deleter {
  void operator()(SSL* x) const noexcept;
};

/// One connection's TLS.
using ssl_ptr = std::unique_ptr<SSL, ssl_deleter>;

/// What connections have in common; lives as long as they.
using ssl_context_ptr = std::shared_ptr<SSL_CTX>;

/// What OpenSSL said first of what went wrong last, which is what the rest
/// comes from; forgets all of it.
std::string tls_reason();

/// Reads a certificate with its chain, and its key; PEM, without a password.
/// The key's file may not be others' to read.
/// @returns what a server shows its clients with TLS 1.2 or 1.3, or what is
///          wrong, with the file.
std::variant<ssl_context_ptr, std::string>
make_https_context(const std::string& cert, const std::string& key);

/// For a client that talks to its own process, and so believes whomever.
ssl_context_ptr make_probe_context();

/// When the certificate of a context ends, in seconds since 1970.
std::int64_t expiry_of(const SSL_CTX& x);

} // namespace livegrid
