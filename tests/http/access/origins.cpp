#define CAF_SUITE http.access.origins

#include "livegrid/http/access/origins.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;

CAF_TEST(the addresses of this machine are origins of its own) {
  auto has = [](const std::vector<std::string>& all, const char* x) {
    return std::find(all.begin(), all.end(), x) != all.end();
  };
  settings values;
  CAF_CHECK(has(interface_origins(values, 7779), "http://127.0.0.1:7779"));
  CAF_CHECK(has(interface_origins(values, 80), "http://127.0.0.1"));
  CAF_CHECK(has(interface_origins(values, 443), "http://127.0.0.1:443"));
  values.http.tls_cert = "cert.pem";
  CAF_CHECK(has(interface_origins(values, 443), "https://127.0.0.1"));
  CAF_CHECK(has(interface_origins(values, 80), "https://127.0.0.1:80"));
}

CAF_TEST(headers of one name are one header) {
  origins x{{"https://a.example"}};
  http_reply reply;
  reply.headers = {{"Vary", "Accept-Encoding"}};
  x.mark(reply, "https://a.example");
  auto vary = std::find_if(reply.headers.begin(), reply.headers.end(),
                           [](const auto& h) { return h.first == "Vary"; });
  CAF_REQUIRE(vary != reply.headers.end());
  CAF_CHECK_EQUAL(vary->second, "Accept-Encoding, Origin");
}
