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

/// Why a file of certificates cannot be read, with the file; empty if it can.
/// OpenSSL opens it by itself, and would wait for who writes to a pipe.
std::string pem_file_fault(const std::string& path);

struct key_deleter {
  void operator()(EVP_PKEY* x) const noexcept;
};

using key_ptr = std::unique_ptr<EVP_PKEY, key_deleter>;

/// Reads a key, PEM, without a password, from a file that may not be others' to
/// read.
/// @returns what is wrong, with the file, or an empty text.
std::string read_tls_key(const std::string& path, key_ptr& to);

/// Reads a certificate with its chain, and its key; PEM, without a password.
/// The key's file may not be others' to read.
/// @returns what a server shows its clients with TLS 1.2 or 1.3, or what is
///          wrong, with the file.
std::variant<ssl_context_ptr, std::string>
make_https_context(const std::string& cert, const std::string& key);

/// The same for a node that speaks to others of its kind, whichever of both
/// makes the connection: each must show a certificate that the authority (PEM)
/// has signed. Names in these are not looked at.
std::variant<ssl_context_ptr, std::string>
make_peer_context(const std::string& cert, const std::string& key,
                  const std::string& authority);

/// For a client that talks to its own process, and so believes whomever.
ssl_context_ptr make_probe_context();

/// When the certificate of a context ends, in seconds since 1970.
std::int64_t expiry_of(const SSL_CTX& x);

} // namespace livegrid
