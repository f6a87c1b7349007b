#define CAF_SUITE http.routes.page_files

#include "livegrid/http/routes/page_files.hpp"

#include <set>

#include "unit_test.hpp"

using namespace livegrid;

CAF_TEST(a client takes gzip unless it says never) {
  for (auto x : {"gzip", "deflate, gzip", "GZIP", "gzip;q=0.5", "*",
                 "br;q=1.0, gzip;q=0.001", " gzip ; q=1"}) {
    CAF_MESSAGE(x);
    CAF_CHECK(takes_gzip(x));
  }
  for (auto x : {"", "identity", "gzip;q=0", "gzip;q=0.000", "br", "gzipped",
                 "gzip;q=0, *"}) {
    CAF_MESSAGE(x);
    CAF_CHECK(!takes_gzip(x));
  }
}

CAF_TEST(an entity is known by its tag whether weak or not ) {
  for (auto x : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "*", "\"b\",W/\"a\""}) {
    CAF_MESSAGE(x);
    CAF_CHECK(names_etag(x, "\"a\""));
  }
  for (auto x : {"", "\"b\"", "a", "\"ab\"", "\"a-gzip\""}) {
    CAF_MESSAGE(x);
    CAF_CHECK(!names_etag(x, "\"a\""));
  }
}

CAF_TEST(files are found by their paths) {
  std::set<std::string_view> seen;
  for (const auto& x : page_files()) {
    CAF_MESSAGE(x.path);
    CAF_CHECK(seen.emplace(x.path).second);
    CAF_CHECK(find_page_file(x.path) == &x);
    CAF_CHECK(!x.type.empty() && !x.hash.empty() && !x.content.empty());
  }
  CAF_CHECK(find_page_file("nowhere") == nullptr);
}
