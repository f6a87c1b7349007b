#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz.hpp"
#include "utf8.hpp"

#include "livegrid/http/websocket/ws_client_codec.hpp"

// Frames of a server, as the probe of the node's own health reads them: the
// same texts however they are cut, each UTF-8 and below the limit.

using namespace livegrid;

namespace {

constexpr std::uint64_t limit = 256;

struct outcome {
  std::vector<std::string> texts;
  std::string end;
};

outcome run(std::string_view bytes, std::size_t piece) {
  ws_client_codec codec{limit};
  outcome result;
  while (!bytes.empty() && codec.end().empty()) {
    codec.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (auto& text : codec.take_texts()) {
      fuzz::expect(text.size() <= limit, "texts are below the limit");
      fuzz::expect(fuzz::is_utf8(text), "texts are UTF-8");
      result.texts.push_back(std::move(text));
    }
    codec.take_output();
  }
  result.end = codec.end();
  return result;
}

bool is_fault(std::string_view end) {
  return end.starts_with("a frame");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto bytes = fuzz::as_text(data, size);
  auto whole = run(bytes, size);
  for (std::size_t piece : {1, 7}) {
    auto cut = run(bytes, piece);
    fuzz::expect(cut.texts == whole.texts,
                 "the same texts however they are cut");
    // Of a close frame that comes in parts wslay does not check the reason as
    // a whole.
    fuzz::expect(cut.end == whole.end || is_fault(cut.end)
                   || is_fault(whole.end),
                 "the same end however they are cut");
  }
  return 0;
}
