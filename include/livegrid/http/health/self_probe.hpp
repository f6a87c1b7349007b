#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "livegrid/http/health/symbol_finder.hpp"
#include "livegrid/http/tls/tls_socket.hpp"
#include "livegrid/http/websocket/ws_client_codec.hpp"

namespace livegrid {

/// What a probe found.
struct probe_result {
  /// Which step failed, and how; empty if a row came.
  std::string fault;

  /// From the start to the row, or to the failure.
  std::chrono::milliseconds took{0};
};

/// What a probe is made of.
struct probe_config {
  /// Says which symbol to ask for.
  symbol_finder find_symbol;

  /// Where the node listens, tried in turn.
  std::vector<asio::ip::tcp::endpoint> where;

  /// The path of a subscriber.
  std::string target;

  /// What it speaks TLS with; null for none.
  ssl_context_ptr tls;

  /// How long all of it may take.
  std::chrono::milliseconds patience{2000};
};

/// Where a client on this machine finds a listener: that very endpoint, or
/// loopback if it listens on all.
std::vector<asio::ip::tcp::endpoint>
reachable(const asio::ip::tcp::endpoint& listening);

/// Serves as a subscriber for as long as it takes to get one row: connects,
/// upgrades, asks for a symbol, waits for its row, closes (1000). It goes by
/// way of the socket since a listener can die while what is connected lives on.
/// Belongs to one loop's thread, and is kept alive by what it waits for.
class self_probe : public std::enable_shared_from_this<self_probe> {
public:
  using callback = std::function<void(const probe_result&)>;

  /// @param done called once, on the loop, unless the loop ends before.
  self_probe(asio::io_context& context, probe_config config, callback done);

  void start();

  /// The header in which its request proves whose it is.
  static constexpr const char* proof_header = "x-livegrid-probe";

  /// Whether its own request has come, which shows what nobody else can know.
  /// That is so once at most: what was shown is worth nothing afterwards.
  bool take_proof(std::string_view shown) noexcept;

  /// The one that it asks for; empty before that is known.
  const std::string& symbol() const noexcept {
    return symbol_;
  }

  /// Whether that is the other end of its connection.
  bool is_other_end(const asio::ip::tcp::socket& x) const;

private:
  enum class step : std::uint8_t { symbol, connect, upgrade, row, close, over };

  void ask_for(std::optional<std::string> symbol);

  /// Tries that of the endpoints, then the next.
  void connect(std::size_t which);

  void upgrade();

  void read();

  void take(std::string_view bytes);

  /// Looks at what there is of the answer to the upgrade.
  void take_answer();

  void take_frames(std::string_view bytes);

  void take_text(const std::string& text);

  void write(std::string bytes);

  void fail(std::string_view why);

  void finish();

  tls_socket socket_;
  asio::steady_timer deadline_;
  probe_config config_;
  callback done_;
  probe_result result_;
  std::chrono::steady_clock::time_point started_;
  step step_ = step::symbol;
  std::string proof_; ///< empty unless its request is under way
  std::string symbol_;
  std::string expected_; ///< the answer that makes it a WebSocket
  std::string answer_;   ///< what has come of it
  std::size_t received_ = 0;
  std::array<char, 4096> chunk_;
  std::string unsent_;
  std::string writing_;
  ws_client_codec codec_;
};

} // namespace livegrid
