#define CAF_SUITE http.tls.tls_context

#include "livegrid/http/tls/tls_context.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <ctime>

#include <string>
#include <string_view>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "identity.hpp"
#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::literals;

namespace {

/// The files of somebody who speaks TLS.
struct files {
  explicit files(const identity& who) : cert(who.cert()), key(who.key()) {
    // nop
  }

  ssl_context_ptr https() const {
    return made(make_https_context(cert.path(), key.path()));
  }

  ssl_context_ptr peer(const temp_file& authority) const {
    return made(make_peer_context(cert.path(), key.path(), authority.path()));
  }

  temp_file cert;
  temp_file key;

private:
  static ssl_context_ptr made(expected<ssl_context_ptr, std::string> result) {
    if (!result)
      CAF_FAIL("no context: " << result.error());
    return *std::move(result);
  }
};

/// Two ends that shake hands in memory.
struct handshake {
  handshake(const ssl_context_ptr& server_context,
            const ssl_context_ptr& client_context)
    : server(SSL_new(server_context.get())),
      client(SSL_new(client_context.get())) {
    BIO* ends[2];
    BIO_new_bio_pair(&ends[0], 0, &ends[1], 0);
    SSL_set_bio(server.get(), ends[0], ends[0]);
    SSL_set_bio(client.get(), ends[1], ends[1]);
    SSL_set_accept_state(server.get());
    SSL_set_connect_state(client.get());
  }

  /// Returns whether both ends are content. With TLS 1.3 a client is before it
  /// has heard what the server thinks of it.
  bool done() {
    ERR_clear_error();
    char none = 0;
    for (int i = 0; i < 20; ++i)
      for (auto* end : {client.get(), server.get()})
        if (SSL_read(end, &none, 1) < 0
            && SSL_get_error(end, -1) != SSL_ERROR_WANT_READ) {
          ERR_clear_error();
          return false;
        }
    return SSL_is_init_finished(server.get()) == 1
           && SSL_is_init_finished(client.get()) == 1;
  }

  ssl_ptr server;
  ssl_ptr client;
};

/// Why there is no context; nothing if there is one.
std::string fault(const expected<ssl_context_ptr, std::string>& made) {
  return made ? "" : made.error();
}

struct fixture {
  identity authority;
  identity node{&authority};
  identity stranger;
  temp_file ca{authority.cert()};
  files own{node};
  files other{stranger};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tls_context_tests, fixture)

CAF_TEST(clients are shown the certificate with TLS 1 point 3) {
  handshake x{own.https(), make_probe_context()};
  CAF_CHECK(x.done());
  CAF_CHECK_EQUAL(SSL_get_version(x.client.get()), "TLSv1.3"s);
  CAF_CHECK_EQUAL(SSL_get_cipher_name(x.client.get()),
                  "TLS_AES_128_GCM_SHA256"s);
  CAF_CHECK(SSL_get0_peer_certificate(x.client.get()) != nullptr);
  // They need show none themselves.
  CAF_CHECK(SSL_get0_peer_certificate(x.server.get()) == nullptr);
}

CAF_TEST(versions before 1 point 2 are not spoken) {
  for (auto version : {TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
    CAF_MESSAGE(version);
    handshake x{own.https(), make_probe_context()};
    SSL_set_security_level(x.client.get(), 0);
    SSL_set_min_proto_version(x.client.get(), version);
    SSL_set_max_proto_version(x.client.get(), version);
    CAF_CHECK_EQUAL(x.done(), version >= TLS1_2_VERSION);
  }
}

CAF_TEST(with TLS 1 point 2 what was said stays secret from who gets the key) {
  auto with = [this](const char* ciphers) {
    handshake x{own.https(), make_probe_context()};
    SSL_set_max_proto_version(x.client.get(), TLS1_2_VERSION);
    CAF_REQUIRE_EQUAL(SSL_set_cipher_list(x.client.get(), ciphers), 1);
    return x.done() ? std::string{SSL_get_cipher_name(x.client.get())} : "none";
  };
  CAF_CHECK_EQUAL(with("ECDHE-ECDSA-CHACHA20-POLY1305"),
                  "ECDHE-ECDSA-CHACHA20-POLY1305");
  CAF_CHECK_EQUAL(with("ECDHE-ECDSA-AES128-GCM-SHA256"),
                  "ECDHE-ECDSA-AES128-GCM-SHA256");
  CAF_CHECK_EQUAL(with("ECDHE-ECDSA-AES128-SHA"), "none");
  CAF_CHECK_EQUAL(with("AES128-GCM-SHA256"), "none");
}

CAF_TEST(nothing but HTTP 1 point 1 is spoken within) {
  auto with = [this](std::string_view protocols) {
    handshake x{own.https(), make_probe_context()};
    SSL_set_alpn_protos(
      x.client.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
      static_cast<unsigned>(protocols.size()));
    if (!x.done())
      return "none"s;
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(x.client.get(), &chosen, &size);
    return std::string{reinterpret_cast<const char*>(chosen), size};
  };
  CAF_CHECK_EQUAL(with("\x02h2\x08http/1.1"), "http/1.1");
  CAF_CHECK_EQUAL(with("\x02h2"), "none");
  CAF_CHECK_EQUAL(with(""), "");
}

CAF_TEST(peers believe whom their authority has signed) {
  // Whichever of the two makes the connection.
  identity second{&authority};
  files more{second};
  handshake good{own.peer(ca), more.peer(ca)};
  CAF_CHECK(good.done());
  CAF_CHECK(SSL_get0_peer_certificate(good.server.get()) != nullptr);
  handshake stranger_comes{own.peer(ca), other.peer(ca)};
  CAF_CHECK(!stranger_comes.done());
  handshake stranger_listens{other.peer(ca), own.peer(ca)};
  CAF_CHECK(!stranger_listens.done());
  temp_file other_ca{stranger.cert()};
  handshake misled{own.peer(other_ca), more.peer(ca)};
  CAF_CHECK(!misled.done());
  identity late{&authority, -60};
  files expired{late};
  handshake too_late{own.peer(ca), expired.peer(ca)};
  CAF_CHECK(!too_late.done());
}

CAF_TEST(peers show a certificate) {
  handshake x{own.peer(ca), make_probe_context()};
  CAF_CHECK(!x.done());
  handshake old{own.peer(ca), own.peer(ca)};
  SSL_set_security_level(old.client.get(), 0);
  SSL_set_min_proto_version(old.client.get(), TLS1_1_VERSION);
  SSL_set_max_proto_version(old.client.get(), TLS1_1_VERSION);
  CAF_CHECK(!old.done());
}

CAF_TEST(what cannot be used is said with its file) {
  temp_file rubbish{"no pem\n"};
  temp_file locked{node.key("secret")};
  temp_file open{node.key()};
  CAF_REQUIRE_EQUAL(::chmod(open.path().c_str(), 0644), 0);
  const std::string none = "/nonexistent/x.pem";
  const auto& cert = own.cert.path();
  const auto& key = own.key.path();
  struct {
    std::string cert;
    std::string key;
    std::string why;
  } cases[] = {
    {cert, key, ""},
    {none, key, none + ": No such file or directory"},
    {"/dev/null", key, "/dev/null: is no regular file"},
    {rubbish.path(), key, rubbish.path() + ": no start line"},
    {key, key, key + ": no start line"},
    {cert, none, none + ": No such file or directory"},
    {cert, rubbish.path(),
     rubbish.path() + ": holds no key in PEM without a password"},
    {cert, cert, cert + ": holds no key in PEM without a password"},
    {cert, locked.path(),
     locked.path() + ": holds no key in PEM without a password"},
    {cert, open.path(),
     open.path() + ": others may read or write it; chmod 600 it"},
    {cert, other.key.path(), other.key.path() + ": is not the key of " + cert},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.why);
    CAF_CHECK_EQUAL(fault(make_https_context(c.cert, c.key)), c.why);
    CAF_CHECK_EQUAL(fault(make_peer_context(c.cert, c.key, ca.path())), c.why);
  }
  CAF_CHECK_EQUAL(fault(make_peer_context(cert, key, none)),
                  none + ": No such file or directory");
  CAF_CHECK_EQUAL(fault(make_peer_context(cert, key, "/dev/zero")),
                  "/dev/zero: is no regular file");
  CAF_CHECK(fault(make_peer_context(cert, key, rubbish.path()))
              .starts_with(rubbish.path() + ": "));
}

CAF_TEST(a key is read for one who keeps it) {
  auto key = read_tls_key(own.key.path());
  CAF_REQUIRE(key);
  CAF_CHECK(*key != nullptr);
  temp_file rubbish{"-----BEGIN PRIVATE KEY-----\nAA\n"};
  CAF_CHECK(!read_tls_key(rubbish.path()));
}

CAF_TEST(a certificate ends when it says) {
  auto now = ::time(nullptr);
  auto ends = expiry_of(*own.https());
  CAF_CHECK_GREATER_OR_EQUAL(ends, now + 3000);
  CAF_CHECK_LESS_OR_EQUAL(ends, now + 3600);
  identity late{&authority, -60};
  CAF_CHECK_LESS(expiry_of(*files{late}.https()), now);
  CAF_CHECK_EQUAL(expiry_of(*make_probe_context()), 0);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(of what went wrong the first is told and all is forgotten) {
  ERR_clear_error();
  CAF_CHECK_EQUAL(tls_reason(), "cannot be read");
  ERR_raise(ERR_LIB_PEM, PEM_R_NO_START_LINE);
  ERR_raise(ERR_LIB_SSL, SSL_R_NO_SHARED_CIPHER);
  CAF_CHECK_EQUAL(tls_reason(), "no start line");
  CAF_CHECK_EQUAL(tls_reason(), "cannot be read");
  ERR_raise(ERR_LIB_SYS, ENOENT);
  CAF_CHECK_EQUAL(tls_reason(), "No such file or directory");
}
