#define CAF_SUITE http.tls_files

#include "livegrid/http/tls_files.hpp"

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "temp_file.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// A key, and a certificate for it.
class identity {
public:
  /// @param by who signs it; itself if that is null.
  explicit identity(const identity* by = nullptr, long lives = 3600)
    : key_(EVP_EC_gen("P-256")), cert_(X509_new()) {
    X509_set_version(cert_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert_), by ? 2 : 1);
    X509_gmtime_adj(X509_getm_notBefore(cert_), -7200);
    X509_gmtime_adj(X509_getm_notAfter(cert_), lives);
    X509_set_pubkey(cert_, key_);
    auto* name = X509_get_subject_name(cert_);
    X509_NAME_add_entry_by_txt(
      name, "CN", MBSTRING_ASC,
      reinterpret_cast<const unsigned char*>(by ? "node" : "authority"), -1, -1,
      0);
    X509_set_issuer_name(cert_, X509_get_subject_name(by ? by->cert_ : cert_));
    if (by == nullptr) {
      auto* ext = X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints,
                                      "critical,CA:TRUE");
      X509_add_ext(cert_, ext, -1);
      X509_EXTENSION_free(ext);
    }
    X509_sign(cert_, by ? by->key_ : key_, EVP_sha256());
  }

  identity(const identity&) = delete;
  identity& operator=(const identity&) = delete;

  ~identity() {
    X509_free(cert_);
    EVP_PKEY_free(key_);
  }

  std::string cert() const {
    return text([this](BIO* to) { PEM_write_bio_X509(to, cert_); });
  }

  std::string key() const {
    return text([this](BIO* to) {
      PEM_write_bio_PrivateKey(to, key_, nullptr, nullptr, 0, nullptr, nullptr);
    });
  }

private:
  template <class Write>
  static std::string text(Write write) {
    std::unique_ptr<BIO, decltype(&BIO_free)> to{BIO_new(BIO_s_mem()),
                                                 BIO_free};
    write(to.get());
    char* data = nullptr;
    auto size = BIO_get_mem_data(to.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

  EVP_PKEY* key_;
  X509* cert_;
};

struct fixture {
  identity authority;
  identity node{&authority};
  temp_file ca{authority.cert()};
  temp_file cert{node.cert()};
  temp_file key{node.key()};
};

CAF_TEST_FIXTURE_SCOPE(tls_files_tests, fixture)

CAF_TEST(what fits together is fine) {
  CAF_CHECK_EQUAL(tls_fault(cert.path(), key.path(), ca.path()), "");
}

CAF_TEST(what does not is said with its file) {
  identity other;
  identity late{&authority, -3600};
  temp_file other_cert{other.cert()};
  temp_file other_key{other.key()};
  temp_file late_cert{late.cert()};
  temp_file late_key{late.key()};
  temp_file rubbish{"no pem\n"};
  auto none = std::string{"/nonexistent/x.pem"};
  struct {
    std::string cert;
    std::string key;
    std::string ca;
    std::string why;
  } cases[] = {
    {none, key.path(), ca.path(), none + ": No such file or directory"},
    {cert.path(), none, ca.path(), none + ": No such file or directory"},
    {cert.path(), key.path(), none, none + ": No such file or directory"},
    {rubbish.path(), key.path(), ca.path(), rubbish.path() + ": no start line"},
    {cert.path(), rubbish.path(), ca.path(), rubbish.path() + ": "},
    {cert.path(), other_key.path(), ca.path(),
     other_key.path() + ": key values mismatch"},
    {cert.path(), key.path(), other_cert.path(), cert.path() + ": "},
    {late_cert.path(), late_key.path(), ca.path(),
     late_cert.path() + ": certificate has expired"},
  };
  for (const auto& x : cases) {
    auto why = tls_fault(x.cert, x.key, x.ca);
    CAF_MESSAGE(why);
    CAF_CHECK(why.starts_with(x.why));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
