#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <openssl/types.h>

#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

struct ssl_deleter {
  void operator()(SSL* x) const noexcept;
};

/// One connection's TLS.
using ssl_ptr = std::unique_ptr<SSL, ssl_deleter>;

/// What connections of one kind have in common: the certificate, its key, and
/// whom to believe. Each connection keeps it alive.
using ssl_context_ptr = std::shared_ptr<SSL_CTX>;

/// Why the last call of OpenSSL's failed, in its words: the first of the errors
/// that it has queued, of which the others are consequences. Empties the queue.
std::string tls_reason();

/// Whether a file of certificates can be read; if not, why, with the file.
/// OpenSSL opens such a file by itself, and if it is a pipe waits until
/// somebody writes to it.
expected<void, std::string> check_pem_file(const std::string& path);

struct key_deleter {
  void operator()(EVP_PKEY* x) const noexcept;
};

using key_ptr = std::unique_ptr<EVP_PKEY, key_deleter>;

/// Reads a key (PEM, without a password) from a file that other users must not
/// be able to read.
/// @returns it, or what is wrong, with the file.
expected<key_ptr, std::string> read_tls_key(const std::string& path);

/// Reads a certificate with its chain, and its key (PEM, without a password).
/// Other users must not be able to read the key's file.
/// @returns what a server shows its clients with TLS 1.2 or 1.3, or what is
///          wrong, with the file.
expected<ssl_context_ptr, std::string>
make_https_context(const std::string& cert, const std::string& key);

/// The same for connections between nodes, of either end: each node must show a
/// certificate that the authority (PEM) has signed. The names in certificates
/// are not looked at.
expected<ssl_context_ptr, std::string>
make_peer_context(const std::string& cert, const std::string& key,
                  const std::string& authority);

/// The context of a client that connects to its own process, as the health
/// probe does, and therefore checks no certificate.
ssl_context_ptr make_probe_context();

/// When the certificate of a context ends, in seconds since 1970.
std::int64_t expiry_of(const SSL_CTX& x);

} // namespace livegrid
