#define CAF_SUITE http.http_input

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/http/http_socket.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid;

namespace {

constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";

constexpr std::string_view header =
  "GET /live_grid_ws HTTP/1.1\r\nSec-WebSocket-Key: "
  "dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://a.example\r\n\r\n";

/// What RESTinio does: every read goes into the same buffer.
struct reader {
  http_input input;
  std::array<char, 1024> buffer;

  void read(std::string_view bytes) {
    std::copy(bytes.begin(), bytes.end(), buffer.begin());
    input.note({buffer.data(), bytes.size()});
  }

  /// Reads what ends at each of `ends`, and the rest.
  void read_in_parts(std::string_view bytes,
                     const std::vector<std::size_t>& ends) {
    std::size_t begin = 0;
    for (auto end : ends) {
      if (end > begin)
        read(bytes.substr(begin, end - begin));
      begin = std::max(begin, end);
    }
    read(bytes.substr(begin));
  }
};

} // namespace

CAF_TEST(what comes behind an upgrade is found wherever the reads end) {
  std::string frames{"\x81\x85wxyz....."};
  // Half of the end of a header, for who looks for it in the wrong place.
  for (const auto& behind : {frames, std::string{"\n\r\n"} + frames})
    for (std::size_t i = 0; i < header.size(); ++i)
      for (auto j = i; j < header.size(); ++j) {
        reader x;
        x.read_in_parts(std::string{header} + behind, {i, j});
        if (x.input.behind_upgrade(key) != behind)
          CAF_FAIL("lost with reads that end at " << i << " and " << j);
      }
}

CAF_TEST(nor is anything lost of what comes byte by byte) {
  reader x;
  for (auto c : header.substr(0, header.size() - 1))
    x.read({&c, 1});
  x.read("\nabc");
  CAF_CHECK_EQUAL(x.input.behind_upgrade(key), "abc");
}

CAF_TEST(nothing is behind a header that ends with its read) {
  reader x;
  for (auto c : header)
    x.read({&c, 1});
  CAF_CHECK_EQUAL(x.input.behind_upgrade(key), "");
}

CAF_TEST(fields of the last read are found in any case) {
  reader x;
  x.read(header);
  CAF_CHECK(x.input.origin() == std::string{"https://a.example"});
  CAF_CHECK(x.input.find_field("\nsec-websocket-key:") == std::string{key});
  CAF_CHECK(!x.input.find_field("\nexpect:"));
}

CAF_TEST(who waits to be told to go on is) {
  reader x;
  x.read("POST /ticks HTTP/1.1\r\nExpect: 100-Continue\r\n\r\n");
  CAF_CHECK(x.input.continue_due);
  x.read("{}");
  CAF_CHECK(!x.input.continue_due);
}
