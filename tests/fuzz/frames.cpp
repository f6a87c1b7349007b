#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz.hpp"
#include "utf8.hpp"

#include "livegrid/http/websocket/ws_codec.hpp"

// Frames of WebSocket clients: what comes out is whole, below the limit and
// UTF-8, and does not depend on how the bytes were cut. The first byte of an
// input says how they are cut, the rest is what the client sends.

using namespace livegrid;

namespace {

constexpr std::uint64_t limit = 256;

struct listener final : ws_events {
  std::vector<std::pair<bool, std::string>> messages;
  std::string control;

  void on_message(bool text, std::string&& payload) override {
    fuzz::expect(payload.size() <= limit, "messages are below the limit");
    fuzz::expect(!text || fuzz::is_utf8(payload), "texts are UTF-8");
    messages.emplace_back(text, std::move(payload));
  }

  void on_ping(std::string_view payload) override {
    fuzz::expect(payload.size() < 126, "control frames are small");
    (control += payload) += '.';
  }

  void on_control_output(std::string_view frame) override {
    control += frame;
  }
};

struct outcome {
  listener heard;
  ws_codec::outcome last = ws_codec::outcome::idle;
  std::uint16_t code = 0;
  bool by_client = false;
};

/// Hands the bytes over in pieces of `next_size()`, with a codec that is
/// borrowed anew whenever it is idle, as sessions do.
template <class NextSize>
outcome run(std::string_view bytes, ws_codec_pool& pool, NextSize next_size) {
  outcome result;
  auto codec = pool.borrow(limit);
  while (!bytes.empty() && result.last != ws_codec::outcome::closed) {
    auto size = std::min<std::size_t>(next_size(), bytes.size());
    result.last = codec->feed(bytes.substr(0, size), result.heard);
    bytes.remove_prefix(size);
    if (result.last == ws_codec::outcome::idle) {
      pool.give_back(std::move(codec));
      codec = pool.borrow(limit);
    }
  }
  if (result.last == ws_codec::outcome::closed) {
    result.code = codec->code();
    result.by_client = codec->by_client();
    fuzz::expect(result.code >= 1000 && result.code < 5000,
                 "who is closed gets a code");
  }
  return result;
}

bool is_bad_text(const outcome& x) {
  return x.code == static_cast<std::uint16_t>(close_code::bad_utf8);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2)
    return 0;
  auto bytes = fuzz::as_text(data + 1, size - 1);
  ws_codec_pool pool;
  auto whole = run(bytes, pool, [&] { return bytes.size(); });
  auto expect_same = [&](const outcome& x) {
    fuzz::expect(x.heard.messages == whole.heard.messages,
                 "the same messages however they are cut");
    // Of a close frame that comes in parts wslay does not check the reason as
    // a whole.
    if (is_bad_text(x) || is_bad_text(whole))
      return;
    fuzz::expect(x.last == whole.last && x.code == whole.code
                   && x.by_client == whole.by_client,
                 "the same end however they are cut");
    // Whoever closes or breaks a rule need not get an answer to its pings.
    fuzz::expect(whole.code != 0 || x.heard.control == whole.heard.control,
                 "the same answers however they are cut");
  };
  expect_same(run(bytes, pool, [] { return 1; }));
  std::uint32_t dice = data[0];
  expect_same(run(bytes, pool, [&] {
    dice = dice * 1664525 + 1013904223;
    return 1 + (dice >> 24) % 40;
  }));
  return 0;
}
