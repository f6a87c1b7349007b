#include "livegrid/http/health/self_probe.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>

#include <asio/write.hpp>
#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/json/json_document.hpp"
#include "livegrid/http/system/base64.hpp"
#include "livegrid/http/system/secret.hpp"
#include "livegrid/http/websocket/ws_handshake.hpp"

namespace livegrid {

namespace {

using asio::ip::tcp;

/// The longest answer to an upgrade that is looked at, in bytes.
constexpr std::size_t max_answer = 8 * 1024;

/// Of what proves whose a request is, in bytes: nobody guesses 128 bits.
constexpr std::size_t proof_size = 16;

/// Of a WebSocket's key, in bytes (RFC 6455, 4.1).
constexpr std::size_t key_size = 16;

/// The most that may come before and with a row, in bytes. A row has at most
/// some 70 cells of at most 256 bytes.
constexpr std::size_t max_received = 256 * 1024;

std::string to_text(const tcp::endpoint& x) {
  std::ostringstream out;
  out << x;
  return out.str();
}

/// Whether that is a row. No cell is called `type`; an error is.
bool is_row(std::string_view text) {
  auto x = parse_document(text);
  return x && x->IsObject() && !x->ObjectEmpty() && !x->HasMember("type");
}

} // namespace

std::vector<tcp::endpoint> reachable(const tcp::endpoint& listening) {
  auto address = listening.address();
  if (!address.is_unspecified())
    return {listening};
  auto port = listening.port();
  if (address.is_v4())
    return {{asio::ip::address_v4::loopback(), port}};
  // A machine without IPv6 can still listen on [::]; then it takes IPv4 alone.
  return {{asio::ip::address_v6::loopback(), port},
          {asio::ip::make_address_v6(asio::ip::v4_mapped,
                                     asio::ip::address_v4::loopback()),
           port}};
}

self_probe::self_probe(asio::io_context& context, probe_config config,
                       callback done)
  : socket_(context),
    deadline_(context),
    config_(std::move(config)),
    done_(std::move(done)),
    codec_(max_received) {
  // nop
}

void self_probe::start() {
  started_ = std::chrono::steady_clock::now();
  deadline_.expires_after(config_.patience);
  deadline_.async_wait([self = shared_from_this()](const asio::error_code& ec) {
    if (!ec)
      self->fail("timed out after "
                 + std::to_string(self->config_.patience.count()) + " ms");
  });
  config_.find_symbol(
    [self = shared_from_this()](std::optional<std::string> x) {
      self->ask_for(std::move(x));
    });
}

void self_probe::ask_for(std::optional<std::string> symbol) {
  if (step_ != step::symbol)
    return;
  if (!symbol)
    return fail("the market does not answer");
  symbol_ = *std::move(symbol);
  step_ = step::connect;
  connect(0);
}

void self_probe::connect(std::size_t which) {
  // Opened here: asio would not tell why it could not.
  const auto& where = config_.where.at(which);
  asio::error_code failed;
  socket_.close(failed);
  socket_.open(where.protocol(), failed);
  if (failed)
    return fail(failed.message());
  socket_.async_connect(
    where, [self = shared_from_this(), which](const asio::error_code& ec) {
      if (self->step_ != step::connect)
        return;
      if (!ec)
        self->upgrade();
      else if (which + 1 < self->config_.where.size())
        self->connect(which + 1);
      else
        self->fail(ec.message());
    });
}

void self_probe::upgrade() {
  step_ = step::upgrade;
  asio::error_code ec;
  socket_.set_option(tcp::no_delay{true}, ec);
  if (config_.tls) {
    ssl_ptr ssl{SSL_new(config_.tls.get())};
    if (!ssl)
      return fail("no memory for TLS");
    SSL_set_connect_state(ssl.get());
    socket_.secure(std::move(ssl));
  }
  auto key = to_base64(random_bytes(key_size));
  proof_ = to_base64url(random_bytes(proof_size));
  write("GET " + config_.target
        + " HTTP/1.1\r\nHost: " + to_text(socket_.remote_endpoint(ec))
        + "\r\nUser-Agent: livegrid-health\r\nUpgrade: websocket\r\n"
          "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Key: "
        + key + "\r\n" + proof_header + ": " + proof_ + "\r\n\r\n");
  expected_ = switching_protocols(std::move(key));
  read();
}

bool self_probe::is_other_end(const tcp::socket& x) const {
  asio::error_code ec;
  asio::error_code gone;
  return socket_.is_open()
         && x.remote_endpoint(ec) == socket_.local_endpoint(gone) && !ec
         && !gone && x.local_endpoint(ec) == socket_.remote_endpoint(gone)
         && !ec && !gone;
}

bool self_probe::take_proof(std::string_view shown) noexcept {
  if (proof_.empty() || shown.size() != proof_.size()
      || CRYPTO_memcmp(shown.data(), proof_.data(), shown.size()) != 0)
    return false;
  proof_.clear();
  return true;
}

// -- reading ------------------------------------------------------------------

void self_probe::read() {
  socket_.async_read_some(
    asio::buffer(chunk_),
    [self = shared_from_this()](const asio::error_code& ec, std::size_t n) {
      if (self->step_ == step::over)
        return;
      // It has got its row: the end is all that it waits for.
      if (ec && self->step_ == step::close)
        return self->finish();
      if (ec)
        return self->fail(ec == asio::error::eof ? "the node hung up"
                                                 : ec.message());
      self->take({self->chunk_.data(), n});
      if (self->step_ != step::over)
        self->read();
    });
}

void self_probe::take(std::string_view bytes) {
  if (step_ == step::close)
    return;
  received_ += bytes.size();
  if (received_ > max_received)
    return fail("over 256 KiB came");
  if (step_ == step::row)
    return take_frames(bytes);
  answer_ += bytes;
  take_answer();
}

void self_probe::take_answer() {
  if (answer_.starts_with(expected_)) {
    step_ = step::row;
    std::string text = R"({"params":{"symbol":)";
    append_json_string(text, symbol_);
    codec_.send_text(text + "}}");
    write(codec_.take_output());
    return take_frames(std::string_view{answer_}.substr(expected_.size()));
  }
  constexpr std::string_view protocol = "HTTP/1.1 ";
  auto known = std::min(answer_.size(), protocol.size());
  if (answer_.compare(0, known, protocol, 0, known) != 0)
    return fail("the answer is not HTTP");
  if (answer_.find("\r\n\r\n") == std::string::npos
      && answer_.size() < max_answer)
    return;
  auto status = answer_.substr(protocol.size(), 3);
  if (!std::all_of(status.begin(), status.end(),
                   [](unsigned char c) { return std::isdigit(c) != 0; }))
    return fail("the answer is not HTTP");
  if (status == "101")
    return fail("the answer is not that of this node");
  fail("refused with status " + status);
}

void self_probe::take_frames(std::string_view bytes) {
  codec_.feed(bytes);
  for (const auto& text : codec_.take_texts())
    if (step_ == step::row)
      take_text(text);
  if (step_ == step::row)
    if (auto why = codec_.end(); !why.empty())
      return fail(why);
  if (step_ != step::over)
    write(codec_.take_output());
}

void self_probe::take_text(const std::string& text) {
  if (!is_row(text))
    return fail("a message that is none: " + std::string{cut_text(text, 200)});
  result_.took = std::chrono::ceil<std::chrono::milliseconds>(
    std::chrono::steady_clock::now() - started_);
  step_ = step::close;
  codec_.send_close();
}

// -- writing, the end ---------------------------------------------------------

void self_probe::write(std::string bytes) {
  unsent_ += bytes;
  if (!writing_.empty() || unsent_.empty())
    return;
  writing_ = std::exchange(unsent_, {});
  asio::async_write(
    socket_, asio::buffer(writing_),
    [self = shared_from_this()](const asio::error_code& ec, std::size_t) {
      self->writing_.clear();
      // That the connection broke shows by reading, too.
      if (!ec && self->step_ != step::over)
        self->write({});
    });
}

void self_probe::fail(std::string_view why) {
  constexpr std::array names{"symbol: ", "connect: ", "upgrade: ", "row: "};
  if (step_ == step::over)
    return;
  // A node that gave a row serves, however long it takes to let go.
  if (step_ != step::close) {
    result_.fault = names.at(static_cast<std::size_t>(step_));
    result_.fault += why;
    result_.took = std::chrono::ceil<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started_);
  }
  finish();
}

void self_probe::finish() {
  step_ = step::over;
  proof_.clear();
  deadline_.cancel();
  asio::error_code ec;
  socket_.close(ec);
  std::exchange(done_, nullptr)(result_);
}

} // namespace livegrid
