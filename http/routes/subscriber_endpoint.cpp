#include "livegrid/http/routes/subscriber_endpoint.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/actors/delivery/subscriber.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/runtime/spawn.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/access_guard.hpp"
#include "livegrid/http/readers/subscription_reader.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"

namespace livegrid {

namespace {

/// Messages under way beyond this are left in the socket.
constexpr std::size_t max_requests = 64;

} // namespace

subscriber_endpoint::subscriber_endpoint(subscriber_handles& all,
                                         view_ptr shown,
                                         delivery_options options,
                                         symbol_params asked,
                                         const http_request& request)
  : all_(all),
    view_(std::move(shown)),
    options_(options),
    asked_(std::move(asked)),
    origin_(request.origin.value_or("")),
    user_agent_(request.user_agent),
    who_(request.who),
    filter_(request.who.symbols()) {
  // nop
}

counters::endpoint subscriber_endpoint::kind() const noexcept {
  return who_.is_probe ? counters::endpoint::probe
                       : counters::endpoint::subscriber;
}

void subscriber_endpoint::on_open(const std::shared_ptr<ws_session>& way_out) {
  // Probes come by the second; they tell of themselves what there is to tell.
  const auto& stats = who_.is_probe ? all_.probe_stats : all_.stats;
  auto log =
    who_.is_probe ? std::make_shared<logger>(log_level::warning) : all_.log;
  // Nobody else's connections may make the node seem ill.
  auto account =
    who_.is_probe ? std::make_shared<viewer_account>() : all_.accounts.of(who_);
  box_ = std::make_shared<outbox>(way_out, view_, options_, append_text_frame,
                                  stats, filter_, std::move(account));
  box_->key_name = who_.name();
  constexpr std::size_t shown_agent = 80;
  box_->agent = cut_text(user_agent_, shown_agent);
  actor_ = spawn_on(all_.sys, &all_.loop, subscriber,
                    subscriber_config{.fanout = all_.fanout,
                                      .box = box_,
                                      .stats = stats,
                                      .log = std::move(log),
                                      .origin = std::move(origin_),
                                      .user_agent = std::move(user_agent_),
                                      .key = std::string{who_.name()}});
  peer_ = way_out->peer();
}

std::string subscriber_endpoint::on_text(std::string&& text) {
  auto parsed = read_subscription(text, asked_);
  if (!parsed)
    return refuse(std::move(parsed).error().message);
  ++box_->requests;
  ask(*std::move(parsed));
  return {};
}

std::string subscriber_endpoint::on_binary() {
  return refuse("a binary message; only text is understood");
}

void subscriber_endpoint::on_writable() {
  caf::anon_send(actor_, resume_atom_v);
}

void subscriber_endpoint::on_gone(std::uint16_t code, std::string_view reason) {
  caf::anon_send(actor_, gone_atom_v, code, std::string{reason});
}

bool subscriber_endpoint::busy() const noexcept {
  // The answer to the upgrade goes out before it is open.
  return box_ != nullptr && box_->requests >= max_requests;
}

bool subscriber_endpoint::settled() const noexcept {
  // Its fan-out closes it with its last rows.
  return false;
}

std::string subscriber_endpoint::refuse(std::string why) {
  ++box_->requests;
  caf::anon_send(actor_, refuse_atom_v, std::move(why));
  auto too_many = all_.guard.limit_bad_message(who_, peer_);
  return too_many ? std::move(too_many->message) : std::string{};
}

void subscriber_endpoint::ask(subscription x) {
  x.denied = take_denied(x.symbols, filter_);
  auto most = who_.limits.symbols;
  auto all = x.what == subscription::change::all;
  auto asked = all ? get(all_.stats->symbols) : x.symbols.size();
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

} // namespace livegrid
