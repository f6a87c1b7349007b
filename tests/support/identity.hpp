#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace livegrid::test {

/// A key, and a certificate for it.
class identity {
public:
  /// @param by who signs it; itself if that is null.
  /// @param where what it is good for, such as `IP:127.0.0.1`.
  explicit identity(const identity* by = nullptr, long lives = 3600,
                    const char* where = nullptr)
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
    if (where != nullptr) {
      auto* ext =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, where);
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

  /// @param password what it is encrypted with, if not empty.
  std::string key(const std::string& password = {}) const {
    return text([&](BIO* to) {
      PEM_write_bio_PrivateKey(
        to, key_, password.empty() ? nullptr : EVP_aes_128_cbc(),
        reinterpret_cast<const unsigned char*>(password.data()),
        static_cast<int>(password.size()), nullptr, nullptr);
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

} // namespace livegrid::test
