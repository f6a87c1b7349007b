#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <http_parser.h>

#include "fuzz.hpp"

#include "livegrid/http/connection/request_screen.hpp"

// Requests of a connection before the parser gets them: the same ones however
// they are cut, and the parser takes each that is cleared for one of just that
// size.

using namespace livegrid;

namespace {

constexpr std::uint64_t max_body = 4096;

struct outcome {
  std::vector<std::string> whole; ///< requests that were cleared
  std::uint16_t fault = 0;
};

outcome run(std::string_view bytes, std::size_t piece) {
  request_screen screen{max_body};
  outcome result;
  std::string kept;
  std::string now;
  while (!bytes.empty() && !screen.fault()) {
    kept += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (auto n = screen.look(kept)) {
      fuzz::expect(n <= kept.size(), "no more is cleared than there is");
      now += kept.substr(0, n);
      kept.erase(0, n);
      if (screen.between())
        result.whole.push_back(std::exchange(now, {}));
    }
  }
  if (screen.fault())
    result.fault = screen.fault()->status;
  return result;
}

/// What the parser thinks of one request.
void expect_one(std::string_view request) {
  http_parser parser;
  http_parser_init(&parser, HTTP_REQUEST);
  http_parser_settings settings;
  http_parser_settings_init(&settings);
  bool done = false;
  parser.data = &done;
  settings.on_message_complete = [](http_parser* x) {
    *static_cast<bool*>(x->data) = true;
    http_parser_pause(x, 1);
    return 0;
  };
  auto n =
    http_parser_execute(&parser, &settings, request.data(), request.size());
  auto code = HTTP_PARSER_ERRNO(&parser);
  fuzz::expect(code == HPE_OK || code == HPE_PAUSED,
               "the parser takes what is cleared");
  fuzz::expect(done, "the parser has a whole request");
  fuzz::expect(n == request.size(), "the parser has nothing but that request");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto bytes = fuzz::as_text(data, size);
  auto whole = run(bytes, size);
  for (const auto& x : whole.whole)
    expect_one(x);
  for (std::size_t piece : {1, 7}) {
    auto cut = run(bytes, piece);
    fuzz::expect(cut.whole == whole.whole,
                 "the same requests however they are cut");
    fuzz::expect(cut.fault == whole.fault,
                 "the same fault however they are cut");
  }
  return 0;
}
