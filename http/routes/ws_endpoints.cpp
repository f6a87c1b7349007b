// What WebSockets are for: subscribers and publishers.

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>

#include "livegrid/actors/access/bad_messages.hpp"
#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/actors/delivery/subscriber.hpp"
#include "livegrid/actors/market/ingress.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/runtime/spawn.hpp"
#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/readers/delivery_query.hpp"
#include "livegrid/http/readers/subscription_reader.hpp"
#include "livegrid/http/readers/tick_reader.hpp"
#include "livegrid/http/routes/routes.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"
#include "livegrid/replier.hpp"

namespace livegrid {

namespace {

// -- subscribers --------------------------------------------------------------

class subscriber_endpoint final : public ws_endpoint {
public:
  subscriber_endpoint(backend& b, view_ptr shown, delivery_options options,
                      const http_request& request)
    : backend_(b),
      view_(std::move(shown)),
      options_(options),
      origin_(request.origin.value_or("")),
      user_agent_(request.user_agent),
      who_(request.who),
      filter_(request.who.symbols()) {
    // nop
  }

  counters::endpoint kind() const noexcept override {
    return who_.is_probe ? counters::endpoint::probe
                         : counters::endpoint::subscriber;
  }

  void on_open(const std::shared_ptr<ws_session>& way_out) override {
    // Probes come by the second; they tell of themselves what there is to tell.
    const auto& stats = who_.is_probe ? backend_.probe_stats : backend_.stats;
    auto log = who_.is_probe ? std::make_shared<logger>(log_level::warning)
                             : backend_.log;
    // Nobody else's connections may make the node seem ill.
    auto account = who_.is_probe ? std::make_shared<viewer_account>()
                                 : backend_.accounts.of(who_);
    box_ = std::make_shared<outbox>(way_out, view_, options_, append_text_frame,
                                    stats, filter_, std::move(account));
    box_->key_name = who_.name();
    constexpr std::size_t shown_agent = 80;
    box_->agent = cut_text(user_agent_, shown_agent);
    actor_ = spawn_on(backend_.sys, &backend_.loop, subscriber,
                      subscriber_config{.fanout = backend_.fanout,
                                        .box = box_,
                                        .stats = stats,
                                        .log = std::move(log),
                                        .origin = std::move(origin_),
                                        .user_agent = std::move(user_agent_),
                                        .key = std::string{who_.name()}});
    peer_ = way_out->peer();
  }

  std::string on_text(std::string&& text) override {
    auto parsed = read_subscription(text);
    if (auto* why = std::get_if<refusal>(&parsed))
      return refuse(std::move(why->message));
    ++box_->requests;
    ask(std::move(std::get<subscription>(parsed)));
    return {};
  }

  std::string on_binary() override {
    return refuse("a binary message; only text is understood");
  }

  void on_writable() override {
    caf::anon_send(actor_, resume_atom_v);
  }

  void on_gone(std::uint16_t code, std::string_view reason) override {
    caf::anon_send(actor_, gone_atom_v, code, std::string{reason});
  }

  bool busy() const noexcept override {
    // The answer to the upgrade goes out before it is open.
    return box_ != nullptr && box_->requests >= max_requests;
  }

  bool settled() const noexcept override {
    // Its fan-out closes it with its last rows.
    return false;
  }

private:
  /// Messages under way beyond this are left in the socket.
  static constexpr std::size_t max_requests = 64;

  /// Returns why the connection has to be closed, or nothing.
  std::string refuse(std::string why) {
    ++box_->requests;
    caf::anon_send(actor_, refuse_atom_v, std::move(why));
    auto too_many = backend_.limit_bad_message(who_, peer_);
    return too_many ? std::move(too_many->message) : std::string{};
  }

  /// Asks for what it may see.
  void ask(subscription x) {
    x.denied = take_denied(x.symbols, filter_);
    auto most = who_.limits.symbols;
    auto all = x.what == subscription::change::all;
    auto asked = all ? get(backend_.stats->symbols) : x.symbols.size();
    if (most > 0 && asked > most) {
      // It is answered twice.
      ++box_->requests;
      caf::anon_send(
        actor_, refuse_atom_v,
        (who_.key ? "this API key may see " : "without an API key one may see ")
          + std::to_string(most) + " symbols at once: "
          + (all ? "\"*\" stands for " + std::to_string(asked)
                 : std::string{"the first ones count"}));
      if (all)
        x.what = subscription::change::keep;
      x.symbols.resize(std::min<std::size_t>(x.symbols.size(), most));
    }
    caf::anon_send(actor_, std::move(x));
  }

  backend& backend_;
  view_ptr view_;
  delivery_options options_;
  std::string origin_;
  std::string user_agent_;
  std::string peer_;
  caller who_;
  symbol_filter_ptr filter_;
  outbox_ptr box_;
  subscriber_actor actor_;
};

// -- publishers ---------------------------------------------------------------

/// Whether a publisher that closes with that code is done; others broke off.
constexpr bool is_goodbye(std::uint16_t code) noexcept {
  constexpr std::uint16_t no_code = 1005;
  constexpr std::uint16_t first_own = 3000;
  return code == 1000 || code == 1001 || code == no_code || code >= first_own;
}

/// Answers each message in its turn, although a refused one is done with sooner
/// than a good one, which waits for the market.
class publisher_endpoint final : public ws_endpoint {
public:
  publisher_endpoint(backend& b, caller who)
    : backend_(b),
      who_(std::move(who)),
      publisher_(publisher_of(who_)),
      seat_(b.seats.take(who_)),
      feed_{source::socket, ++b.publishers} {
    // nop
  }

  counters::endpoint kind() const noexcept override {
    return counters::endpoint::publisher;
  }

  void on_open(const std::shared_ptr<ws_session>& way_out) override {
    session_ = way_out;
    answers_->session = way_out;
    backend_.log->info("publisher_opened",
                       {{"peer", way_out->peer()}, {"key", who_.name()}});
    // So that the operator's list of feeds says whose each is.
    auto whose = who_.key ? who_.key->name + ' ' : std::string{};
    tell_market(true, whose + way_out->peer());
  }

  std::string on_text(std::string&& text) override;

  std::string on_binary() override {
    return refuse({.code = errc::malformed,
                   .message = "a binary message; only text is understood"});
  }

  void on_writable() override {
    // Answers are sent with `send_text`, which needs no credit.
  }

  void on_gone(std::uint16_t code, std::string_view reason) override {
    auto peer = std::string{};
    if (auto s = session_.lock())
      peer = s->peer();
    backend_.log->info("publisher_closed",
                       {{"peer", peer}, {"code", code}, {"reason", reason}});
    if (is_goodbye(code))
      tell_market(false, peer);
    else
      caf::anon_send(backend_.ingress, gone_atom_v, feed_);
  }

  bool busy() const noexcept override {
    return answers_->waiting.size() >= max_waiting;
  }

  void on_turn_end() override {
    answers_->give();
  }

  bool settled() const noexcept override {
    return answers_->waiting.empty();
  }

private:
  /// Messages under way beyond this are left in the socket.
  static constexpr std::size_t max_waiting = 64;

  /// Answers in the order of their messages; outlives the connection until the
  /// last one is in. What is refused is answered when the turn of the loop is
  /// over, so that it is work under way until then, as what is taken is.
  struct answers {
    std::weak_ptr<ws_session> session;
    std::deque<std::optional<std::string>> waiting;
    std::uint64_t first = 0; ///< the number of the message at the front

    std::uint64_t expect() {
      waiting.emplace_back();
      return first + waiting.size() - 1;
    }

    void put(std::uint64_t number, std::string text) {
      waiting[number - first] = std::move(text);
    }

    /// Sends those that are there, up to the first that is not.
    void give() {
      auto s = session.lock();
      while (!waiting.empty() && waiting.front()) {
        if (s)
          s->send_text(*waiting.front());
        waiting.pop_front();
        ++first;
      }
      if (s)
        s->read_on();
    }
  };

  class ws_replier;

  /// Returns why the connection has to be closed, or nothing.
  std::string refuse(refusal why);

  /// By way of the ingress, behind the ticks that it has.
  void tell_market(bool up, const std::string& peer) {
    caf::anon_send(backend_.ingress, feed_atom_v, feed_, up, peer);
  }

  backend& backend_;
  caller who_;
  std::uint64_t publisher_;
  publisher_seats::seat seat_;
  feed_id feed_;
  std::weak_ptr<ws_session> session_;
  bad_messages recently_bad_;
  std::shared_ptr<answers> answers_ = std::make_shared<answers>();
};

/// Answers come on the loop of the connection: the ingress lives there.
class publisher_endpoint::ws_replier final : public replier {
public:
  ws_replier(std::shared_ptr<answers> to, std::uint64_t number, bool single)
    : to_(std::move(to)), number_(number), single_(single) {
    // nop
  }

  ~ws_replier() override {
    if (to_)
      put(error_body(unsure_of_ticks("nobody has answered")));
  }

  void reply(answer x) override {
    if (auto* n = std::get_if<accepted>(&x))
      return put("{\"accepted\":" + std::to_string(n->ticks) + '}');
    auto* why = std::get_if<caf::error>(&x);
    auto what = why ? to_refusal(*why) : refusal{.code = errc::unavailable};
    if (single_)
      what.element = -1;
    put(error_body(what));
  }

private:
  void put(std::string text) {
    auto to = std::exchange(to_, nullptr);
    to->put(number_, std::move(text));
    to->give();
  }

  std::shared_ptr<answers> to_;
  std::uint64_t number_;
  bool single_;
};

std::string publisher_endpoint::refuse(refusal why) {
  auto s = session_.lock();
  auto limited = why.code == errc::limited;
  auto told = note_refused(backend_, feed_, who_, s ? s->peer() : std::string{},
                           std::move(why));
  answers_->put(answers_->expect(), error_body(told));
  // Whoever only sends too many is told so each time, and may go on.
  if (limited)
    return {};
  auto too_many = told.code == errc::limited ? told.message : std::string{};
  if (recently_bad_.note(std::chrono::steady_clock::now()))
    too_many = bad_messages::reason;
  if (!too_many.empty())
    answers_->give();
  return too_many;
}

std::string publisher_endpoint::on_text(std::string&& text) {
  auto parsed = read_ticks(text);
  if (auto* why = std::get_if<refusal>(&parsed))
    return refuse(std::move(*why));
  auto& x = std::get<parsed_ticks>(parsed);
  auto s = session_.lock();
  if (auto why = backend_.limit_ticks(who_, x.ticks.size(),
                                      s ? s->peer() : std::string{}))
    return refuse(*std::move(why));
  if (auto why = denied_tick(x, who_))
    return refuse(*std::move(why));
  tick_batch batch{source::socket,
                   std::chrono::time_point_cast<std::chrono::nanoseconds>(
                     std::chrono::system_clock::now()),
                   std::move(x.ticks),
                   feed_.number,
                   {},
                   publisher_,
                   seat_.seq_of};
  caf::anon_send(backend_.ingress, publish_atom_v, std::move(batch),
                 replier_ptr{std::make_shared<ws_replier>(
                   answers_, answers_->expect(), x.single)});
  return {};
}

} // namespace

std::variant<ws_route_target, http_reply>
upgrade_rows(const widget& w, backend& b, const http_request& request) {
  auto options = parse_delivery(request.query);
  if (auto* why = std::get_if<std::string>(&options)) {
    note_bad_input(*b.stats, *b.log, counters::fault::query, request.peer,
                   "GET " + request.path, *why);
    return error_reply(400, *why);
  }
  auto& x = std::get<delivery_options>(options);
  // Without a row id nobody could tell what has changed of what.
  x.changes_only = x.changes_only && w.view->has_row_id();
  auto shown = w.view;
  // Whoever appends what comes is given no row of before; the node's own probe
  // has to see one although nothing trades.
  if (request.who.is_probe && !shown->has_row_id())
    shown = std::make_shared<const view>(
      w.cells, std::vector<std::string>{w.cells.front()});
  return ws_route_target{b.max_message, std::make_unique<subscriber_endpoint>(
                                          b, std::move(shown), x, request)};
}

std::variant<ws_route_target, http_reply>
upgrade_ticks(backend& b, const http_request& request) {
  return ws_route_target{b.max_body,
                         std::make_unique<publisher_endpoint>(b, request.who)};
}

} // namespace livegrid
