#define CAF_SUITE http.tls.https_certificate

#include "livegrid/http/tls/https_certificate.hpp"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "captured_stderr.hpp"
#include "identity.hpp"
#include "temp_file.hpp"
#include "wait.hpp"

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture {
  fixture() {
    put(first);
  }

  /// Puts a file in the place of another as a whole, as tools for certificates
  /// do.
  void put(const std::string& path, const std::string& text) const {
    auto fresh = path + ".new";
    std::ofstream{fresh} << text;
    std::filesystem::permissions(fresh, std::filesystem::perms{0600});
    std::filesystem::rename(fresh, path);
  }

  void put(const identity& x) const {
    put(cert, x.cert());
    put(key, x.key());
  }

  /// The certificate that a client is shown now, in PEM.
  std::string shown() const {
    auto ssl = uut.accept();
    BIO* to = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(to, SSL_get_certificate(ssl.get()));
    char* data = nullptr;
    auto size = BIO_get_mem_data(to, &data);
    std::string result{data, static_cast<std::size_t>(size)};
    BIO_free(to);
    return result;
  }

  /// Lets time go on until an event has been logged that often.
  void wait_for(const std::string& event, std::size_t times) {
    auto deadline = clock::now() + patience;
    while (err.count(event) < times && clock::now() < deadline)
      loop.run_one_until(deadline);
    CAF_CHECK_EQUAL(err.count(event), times);
  }

  identity first;
  identity second;
  temp_directory folder;
  std::string cert = folder.path() + "/cert.pem";
  std::string key = folder.path() + "/key.pem";
  captured_stderr err;
  log_ptr log = std::make_shared<logger>();
  counters_ptr stats = std::make_shared<counters>();
  asio::io_context loop;
  https_certificate uut{loop, cert, key, stats, log};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(https_certificate_tests, fixture)

CAF_TEST(a client is shown the certificate at the end of a server) {
  CAF_REQUIRE(uut.start());
  CAF_CHECK_EQUAL(shown(), first.cert());
  CAF_CHECK_EQUAL(SSL_is_server(uut.accept().get()), 1);
  CAF_CHECK_EQUAL(err.count("certificate_read"), 1u);
  CAF_CHECK_EQUAL(err.count("certificate_expired"), 0u);
  auto ends = get(stats->certificate_expires);
  CAF_CHECK_GREATER(ends, static_cast<std::uint64_t>(::time(nullptr)) + 3000);
}

CAF_TEST(what cannot be used is told and nothing is looked at again) {
  put(key, second.key());
  auto started = uut.start();
  CAF_REQUIRE(!started);
  CAF_CHECK_EQUAL(started.error(), key + ": is not the key of " + cert);
  CAF_CHECK_EQUAL(loop.poll(), 0u);
  CAF_CHECK(loop.stopped());
  CAF_CHECK_EQUAL(get(stats->certificate_expires), 0u);
}

CAF_TEST(a certificate that has expired is shown all the same) {
  identity late{nullptr, -60};
  put(late);
  CAF_REQUIRE(uut.start());
  CAF_CHECK_EQUAL(shown(), late.cert());
  CAF_CHECK_EQUAL(err.count("certificate_expired"), 1u);
  CAF_CHECK_LESS(get(stats->certificate_expires),
                 static_cast<std::uint64_t>(::time(nullptr)));
}

CAF_TEST(a new certificate is shown once it fits its key) {
  CAF_REQUIRE(uut.start());
  auto before = uut.accept();
  put(cert, second.cert());
  wait_for("certificate_unreadable", 1);
  CAF_CHECK_EQUAL(shown(), first.cert());
  put(key, second.key());
  wait_for("certificate_read", 2);
  CAF_CHECK_EQUAL(shown(), second.cert());
  // Who was there already goes on as he began.
  auto* old = SSL_get_certificate(before.get());
  auto* young = SSL_get_certificate(uut.accept().get());
  CAF_CHECK_NOT_EQUAL(X509_cmp(old, young), 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
