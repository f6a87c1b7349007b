#include "ws_client.hpp"

namespace livegrid::test {

namespace {

// The key and its answer from RFC 6455, section 1.3.
constexpr std::string_view sample_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view sample_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

} // namespace

std::string to_bytes(const ws_frame& x) {
  std::string result;
  auto put = [&](std::uint64_t byte) {
    result += static_cast<char>(byte & 0xff);
  };
  put((x.fin ? 0x80u : 0u) | (x.reserved & 7u) << 4
      | static_cast<unsigned>(x.code));
  auto mask_bit = x.masked ? 0x80u : 0u;
  auto size = x.announced.value_or(x.payload.size());
  if (size < 126) {
    put(mask_bit | size);
  } else if (size < 65536) {
    put(mask_bit | 126);
    put(size >> 8);
    put(size);
  } else {
    put(mask_bit | 127);
    for (int shift = 56; shift >= 0; shift -= 8)
      put(size >> shift);
  }
  if (!x.masked)
    return result + x.payload;
  constexpr unsigned char mask[] = {0x37, 0xfa, 0x21, 0x3d};
  for (auto c : mask)
    put(c);
  for (std::size_t i = 0; i < x.payload.size(); ++i)
    put(static_cast<unsigned char>(x.payload[i]) ^ mask[i % 4]);
  return result;
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  std::string result{static_cast<char>(code >> 8),
                     static_cast<char>(code & 0xff)};
  result += reason;
  return result;
}

std::uint16_t ws_message::close_code() const {
  if (payload.size() < 2)
    return 1005;
  return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8
                                    | static_cast<unsigned char>(payload[1]));
}

header_list handshake_headers() {
  return {{"Upgrade", "websocket"},
          {"Connection", "Upgrade"},
          {"Sec-WebSocket-Version", "13"},
          {"Sec-WebSocket-Key", std::string{sample_key}}};
}

http_response handshake(std::uint16_t port, std::string_view target,
                        const header_list& headers, std::string_view method) {
  return http_client{port}.request(method, target, headers);
}

ws_client::ws_client(std::uint16_t port, std::string_view target,
                     const header_list& more, int receive_buffer)
  : ws_client(tcp_socket{port, receive_buffer}, target, more) {
  // nop
}

ws_client::ws_client(tcp_socket socket, std::string_view target,
                     const header_list& more)
  : socket_(std::move(socket)) {
  auto headers = handshake_headers();
  headers.insert(headers.end(), more.begin(), more.end());
  if (!socket_.send(request_bytes("GET", target, headers)))
    give_up("the connection ended during the handshake");
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!socket_.read_some(buffer_))
      give_up("no answer to the handshake; had: " + buffer_);
  auto head = buffer_.substr(0, end);
  if (head.rfind("HTTP/1.1 101", 0) != 0)
    give_up("the handshake was refused: " + buffer_);
  if (head.find(sample_accept) == std::string::npos)
    give_up("wrong Sec-WebSocket-Accept: " + head);
  begin_ = end + 4;
}

ws_client::ws_client(http_client by_hand)
  : socket_(std::move(by_hand.socket())), buffer_(std::move(by_hand.rest())) {
  // nop
}

bool ws_client::subscribe(std::string_view symbol_json) {
  return send_text(R"({"type":"params","params":{"symbol":)"
                   + std::string{symbol_json} + "}}");
}

bool ws_client::need(std::size_t bytes) {
  if (begin_ > 1'000'000) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  while (buffer_.size() - begin_ < bytes)
    if (!socket_.read_some(buffer_))
      return false;
  return true;
}

std::optional<ws_message> ws_client::next() {
  std::optional<ws_message> result;
  for (;;) {
    if (!need(2)) {
      if (buffer_.size() != begin_ || result)
        give_up("the connection ended within a message");
      return std::nullopt;
    }
    auto byte = [this](std::size_t i) {
      return static_cast<unsigned char>(buffer_[begin_ + i]);
    };
    auto code = static_cast<opcode>(byte(0) & 0x0f);
    bool fin = byte(0) & 0x80;
    bool control = byte(0) & 0x08;
    if (byte(0) & 0x70)
      give_up("the node set a reserved bit");
    if (byte(1) & 0x80)
      give_up("the node masked a frame");
    std::size_t size = byte(1);
    std::size_t head = size == 126 ? 4 : size == 127 ? 10 : 2;
    if (!need(head))
      give_up("the connection ended within a frame");
    if (head > 2) {
      size = 0;
      for (std::size_t i = 2; i < head; ++i)
        size = size << 8 | byte(i);
    }
    if (!need(head + size))
      give_up("the connection ended within a frame");
    auto payload = buffer_.substr(begin_ + head, size);
    begin_ += head + size;
    if (control) {
      if (!fin || size > 125)
        give_up("the node sent a control frame in pieces or too long");
      // One between fragments would have to be kept; the node sends none.
      if (result)
        give_up("a control frame between fragments is not expected here");
      return ws_message{code, std::move(payload)};
    }
    if ((code == opcode::continuation) != result.has_value())
      give_up("the node's fragments are out of order");
    if (!result)
      result.emplace(ws_message{code, {}});
    result->payload += payload;
    if (fin)
      return result;
  }
}

std::string ws_client::next_text() {
  for (;;) {
    auto x = next();
    if (!x)
      give_up(socket_.was_reset() ? "the node reset the connection"
                                  : "the node ended the connection");
    if (x->code == opcode::text)
      return std::move(x->payload);
    if (x->code == opcode::ping)
      send({.payload = x->payload, .code = opcode::pong});
    else if (x->code == opcode::close)
      give_up("the node closed with " + std::to_string(x->close_code()) + " "
              + x->payload.substr(std::min<std::size_t>(2, x->payload.size())));
    else if (x->code == opcode::binary)
      give_up("the node sent a binary message");
  }
}

json_value ws_client::next_json() {
  return json_value::parse(next_text());
}

std::uint16_t ws_client::wait_for_close(std::vector<std::string>* texts) {
  while (auto x = next()) {
    if (x->code == opcode::close)
      return x->close_code();
    if (x->code == opcode::text && texts)
      texts->push_back(x->payload);
  }
  return 1006;
}

std::vector<std::string> ws_client::close() {
  std::vector<std::string> result;
  send({.payload = close_payload(1000), .code = opcode::close});
  auto code = wait_for_close(&result);
  if (code != 1000)
    give_up("close 1000 was answered with " + std::to_string(code));
  return result;
}

} // namespace livegrid::test
