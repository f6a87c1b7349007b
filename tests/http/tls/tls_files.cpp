#define CAF_SUITE http.tls.tls_files

#include "livegrid/http/tls/tls_files.hpp"

#include <sys/stat.h>

#include <string>

#include "identity.hpp"
#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture {
  identity authority;
  identity node{&authority};
  temp_file ca{authority.cert()};
  temp_file cert{node.cert()};
  temp_file key{node.key()};

  /// What is wrong with the files; empty if nothing is.
  static std::string fault(const std::string& cert, const std::string& key,
                           const std::string& authority) {
    auto fine = check_tls_files(cert, key, authority);
    return fine ? std::string{} : fine.error();
  }
};

CAF_TEST_FIXTURE_SCOPE(tls_files_tests, fixture)

CAF_TEST(what fits together is fine) {
  CAF_CHECK_EQUAL(fault(cert.path(), key.path(), ca.path()), "");
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
     other_key.path() + ": is not the key of " + cert.path()},
    {cert.path(), key.path(), other_cert.path(), cert.path() + ": "},
    {late_cert.path(), late_key.path(), ca.path(),
     late_cert.path() + ": certificate has expired"},
  };
  for (const auto& x : cases) {
    auto why = fault(x.cert, x.key, x.ca);
    CAF_MESSAGE(why);
    CAF_CHECK(why.starts_with(x.why));
  }
}

CAF_TEST(a key is nobody elses and has no password) {
  temp_file locked{node.key("secret")};
  CAF_CHECK_EQUAL(fault(cert.path(), locked.path(), ca.path()),
                  locked.path() + ": holds no key in PEM without a password");
  CAF_REQUIRE_EQUAL(::chmod(key.path().c_str(), 0644), 0);
  CAF_CHECK_EQUAL(fault(cert.path(), key.path(), ca.path()),
                  key.path() + ": others may read or write it; chmod 600 it");
  CAF_CHECK_EQUAL(fault("/dev/null", key.path(), ca.path()),
                  "/dev/null: is no regular file");
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
