#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "livegrid/actors/access/bad_messages.hpp"
#include "livegrid/actors/access/caller.hpp"
#include "livegrid/actors/prices/feed.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/access/client_identity.hpp"
#include "livegrid/http/routes/tick_intake.hpp"
#include "livegrid/http/websocket/ws_session.hpp"

namespace livegrid {

/// The WebSocket of a publisher: a message has what a POST of ticks would have
/// as its body. Answers each message in its turn, although a refused one is
/// done with sooner than a good one, which waits for the market.
class publisher_endpoint final : public ws_endpoint {
public:
  /// @param intake must outlive this.
  /// @param seat whose count of `seq` it goes on with.
  /// @param number of this publisher among all that came by WebSocket, from 1.
  /// @param which ticks of a message are taken.
  publisher_endpoint(tick_intake& intake, log_ptr log, caller who,
                     publisher_seats::seat seat, std::uint64_t number,
                     taking which = taking::all_or_none);

  counters::endpoint kind() const noexcept override;

  void on_open(const std::shared_ptr<ws_session>& way_out) override;

  std::string on_text(std::string&& text) override;

  std::string on_binary() override;

  void on_writable() override;

  void on_gone(std::uint16_t code, std::string_view reason) override;

  bool busy() const noexcept override;

  void on_turn_end() override;

  bool settled() const noexcept override;

private:
  struct answers;

  /// The peer's address and port; empty if the session is gone already.
  std::string peer() const;

  /// Answers a message that was refused. Returns why the connection has to be
  /// closed, or nothing.
  std::string answer_refused(tick_intake::refused x);

  /// The same of a message of which nothing is good.
  /// @param too_many why his messages are too many already, or empty.
  std::string answer_bad(std::string text, std::string too_many);

  tick_intake& intake_;
  log_ptr log_;
  caller who_;
  std::uint64_t publisher_; ///< see `tick_batch::publisher`
  publisher_seats::seat seat_;
  feed_id feed_;
  std::weak_ptr<ws_session> session_;
  taking which_;
  bad_messages recently_bad_;
  std::shared_ptr<answers> answers_;
};

} // namespace livegrid
