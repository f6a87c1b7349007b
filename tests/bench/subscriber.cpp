#include "subscriber.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "frame.hpp"

namespace livegrid::bench {

namespace {

constexpr std::size_t read_size = 256 * 1024;

// One client's frame is in here at a time: all are served by one thread.
char buffer[read_size + max_frame + 16];

constexpr std::uint32_t sample_step = 16;

// Each address has ports of its own.
constexpr std::uint32_t connections_per_address = 5000;

} // namespace

subscriber::subscriber(std::uint16_t port, bool secure, std::uint32_t number,
                       subscription wants, tally& all)
  : socket_(port, secure, number / connections_per_address % 64, wants.narrow),
    checked_(number % sample_step == 0),
    wants_(std::move(wants)),
    all_(all) {
  if (wants_.count == 0)
    wants_.count = all.symbols;
  last_.assign(wants_.count, no_stamp);
  arrived_.assign(wants_.count, 0);
  auto request = "GET /live_grid_ws?" + wants_.query
                 + " HTTP/1.1\r\n"
                   "Host: 127.0.0.1\r\n"
                   "Connection: Upgrade\r\n"
                   "Upgrade: websocket\r\n"
                   "Sec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  if (!socket_.send(request))
    fail("handshake not taken");
}

std::uint32_t
subscriber::behind(const std::vector<stamp>& published) const noexcept {
  std::uint32_t result = 0;
  for (std::uint32_t i = 0; i < wants_.count; ++i)
    result += last_[i] != published[(wants_.first + i) % all_.symbols];
  return result;
}

void subscriber::on_readable() {
  std::memcpy(buffer, rest_.data(), rest_.size());
  auto n = socket_.receive(buffer + rest_.size(), read_size);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    return fail(n == 0 ? "connection closed" : "connection reset");
  std::string_view bytes{buffer, rest_.size() + static_cast<std::size_t>(n)};
  rest_.clear();
  on_bytes(bytes, now());
}

void subscriber::on_bytes(std::string_view bytes, usec at) {
  if (phase_ == phase::handshake && !on_upgrade(bytes))
    return;
  on_frames(bytes, at);
}

bool subscriber::on_upgrade(std::string_view& bytes) {
  auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    rest_ = bytes;
    return false;
  }
  auto answer = bytes.substr(0, end);
  if (!answer.starts_with("HTTP/1.1 101 ")
      || answer.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
           == std::string_view::npos) {
    fail("upgrade refused");
    return false;
  }
  bytes.remove_prefix(end + 4);
  phase_ = phase::open;
  subscribe();
  return true;
}

void subscriber::on_frames(std::string_view bytes, usec at) {
  frame x;
  for (;; bytes.remove_prefix(x.size)) {
    if (!read_frame(bytes, x))
      return fail("bad frame");
    if (x.size == 0)
      break;
    if (x.head == text_frame) {
      if (all_.sampled && !checked_)
        ++all_.rows;
      else
        on_message(x.payload, at);
    } else if (x.head == ping_frame) {
      send_frame(pong_frame, x.payload);
    } else if (x.head == close_frame) {
      return fail("close frame");
    } else {
      return fail("bad frame");
    }
  }
  rest_ = bytes;
}

void subscriber::on_message(std::string_view text, usec at) {
  using result = row_scanner::result;
  auto current = static_cast<stamp>(at % stamp_modulus);
  auto& scanner = all_.scanner;
  scanner.start(text);
  scanned_row x;
  for (;;) {
    auto found = scanner.next(x);
    if (found == result::end)
      return;
    if (found == result::bad)
      return all_.wrong.add("bad row");
    ++all_.rows;
    auto i = (x.symbol + all_.symbols - wants_.first) % all_.symbols;
    if (x.symbol >= all_.symbols || i >= wants_.count) {
      all_.wrong.add("symbol not asked for");
      continue;
    }
    auto& last = last_[i];
    if (last == no_stamp)
      ++seen_;
    else if (between(last, x.at) < 0)
      all_.wrong.add("row from the past");
    // A row may be sent again for what the node knows of it.
    if (last != x.at) {
      auto& arrived = arrived_[i];
      if (arrived != 0)
        all_.silence = std::max(all_.silence, at - arrived);
      arrived = at;
    }
    last = x.at;
    if (all_.timed && !wants_.narrow)
      all_.latency.add(between(x.at, current));
  }
}

void subscriber::subscribe() {
  std::string text = R"({"type":"params","params":{"symbol":[)";
  for (std::uint32_t i = 0; i < wants_.count; ++i)
    text += (i > 0 ? ",\"" : "\"")
            + symbol_name((wants_.first + i) % all_.symbols) + '"';
  send_frame(text_frame, text + "]}}");
}

void subscriber::send_frame(std::uint8_t head, std::string_view payload) {
  auto bytes = frame_bytes(head, payload);
  if (!socket_.send(bytes))
    fail("message not taken");
}

void subscriber::fail(const char* what) {
  if (phase_ == phase::closed)
    return;
  all_.wrong.add(what);
  leave(farewell::fin);
}

void subscriber::leave(farewell how) {
  if (fd() < 0)
    return;
  phase_ = phase::closed;
  if (how == farewell::close_frame)
    send_frame(close_frame, std::string_view{"\x03\xE8", 2});
  socket_.close(how == farewell::reset);
}

} // namespace livegrid::bench
