#include "publisher.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "wait.hpp"

namespace livegrid::bench {

namespace {

// A prime: neighbours are not published together, as they would not be in a
// real market.
constexpr std::uint64_t stride = 7919;

void append_number(std::string& out, std::uint64_t x) {
  char digits[20];
  auto end = std::to_chars(digits, digits + sizeof digits, x).ptr;
  out.append(digits, end);
}

} // namespace

publisher::publisher(std::uint16_t port, bool secure, std::uint32_t symbols)
  : socket_(port, secure), last_(symbols, no_stamp) {
  // nop
}

void publisher::start(const pace& how) {
  pace_ = how;
  started_ = now();
  late_ = 0;
  first_ = ticks_;
  running_ = true;
}

usec publisher::next_due() const noexcept {
  if (!running_ || pace_.rate <= 0 || unanswered_ >= pace_.pipeline)
    return never;
  return started_
         + static_cast<usec>(static_cast<double>(sent()) * 1e6 / pace_.rate);
}

void publisher::pump(std::uint64_t delivered) {
  while (running_ && unanswered_ < pace_.pipeline) {
    if (pace_.rate > 0) {
      auto behind = now() - next_due();
      if (behind < 0)
        return;
      late_ = std::max(late_, behind);
    }
    if (pace_.window > 0 && sent() + pace_.batch > delivered + pace_.window)
      return;
    send_batch();
    if (pace_.limit > 0 && sent() >= pace_.limit)
      running_ = false;
  }
}

void publisher::send_batch() {
  auto n = std::uint64_t{pace_.batch};
  if (pace_.limit > 0)
    n = std::min(n, pace_.limit - sent());
  body_.clear();
  body_ += n > 1 ? "[" : "";
  for (std::uint64_t i = 0; i < n; ++i) {
    body_ += i > 0 ? "," : "";
    append_tick();
  }
  body_ += n > 1 ? "]" : "";
  std::string request = "POST /ticks HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        "Content-Type: application/json\r\nContent-Length: ";
  append_number(request, body_.size());
  request += "\r\n\r\n";
  request += body_;
  // What the pipeline holds fits into the kernel's buffers.
  if (!socket_.send(request))
    test::give_up("the node takes no more ticks");
  ++unanswered_;
}

void publisher::append_tick() {
  auto k = ticks_++;
  auto symbol = k * stride % last_.size();
  // Later than the last one of the symbol, so that every row changes.
  auto& last = last_[symbol];
  auto at = static_cast<stamp>(now() % stamp_modulus);
  if (last != no_stamp && between(last, at) <= 0)
    at = static_cast<stamp>((usec{last} + 1) % stamp_modulus);
  body_ += "{\"symbol\":\"";
  body_ += symbol_name(static_cast<std::uint32_t>(symbol));
  body_ += "\",\"price\":1";
  append_number(body_, 10 + k % 90);
  body_ += '.';
  append_number(body_, 11 + k / 90 % 80);
  if (last == no_stamp)
    body_ += ",\"prev_close\":151.42,\"market_cap\":1874000000";
  body_ += ",\"volume\":";
  append_number(body_, at);
  body_ += '}';
  last = at;
}

void publisher::on_readable(faults& wrong) {
  char buffer[64 * 1024];
  auto n = socket_.receive(buffer, sizeof buffer);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    test::give_up("the node closed the publisher's connection");
  answers_.append(buffer, static_cast<std::size_t>(n));
  std::size_t begin = 0;
  std::string_view all = answers_;
  constexpr std::string_view length_header = "Content-Length: ";
  for (;;) {
    auto end = all.find("\r\n\r\n", begin);
    if (end == std::string_view::npos)
      break;
    auto head = all.substr(begin, end - begin);
    auto at = head.find(length_header);
    if (at == std::string_view::npos)
      test::give_up("an answer without a length");
    std::size_t length = 0;
    std::from_chars(head.data() + at + length_header.size(),
                    head.data() + head.size(), length);
    if (all.size() < end + 4 + length)
      break;
    if (!head.starts_with("HTTP/1.1 200 "))
      wrong.add("ticks refused");
    --unanswered_;
    begin = end + 4 + length;
  }
  answers_.erase(0, begin);
}

} // namespace livegrid::bench
