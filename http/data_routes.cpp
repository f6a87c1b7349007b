// Rows, symbols and ticks over HTTP.

#include <chrono>
#include <memory>

#include "livegrid/actors/query.hpp"
#include "livegrid/counters.hpp"
#include "livegrid/http/bad_input.hpp"
#include "livegrid/http/error_status.hpp"
#include "livegrid/http/json_text.hpp"
#include "livegrid/http/query_text.hpp"
#include "livegrid/http/routes.hpp"
#include "livegrid/http/subscription_reader.hpp"
#include "livegrid/http/tick_reader.hpp"
#include "livegrid/log.hpp"
#include "livegrid/replier.hpp"
#include "livegrid/view.hpp"

namespace livegrid {

namespace {

constexpr std::uint64_t max_rows = 1000;

/// Answers an HTTP request with what an actor found.
class http_replier final : public replier {
public:
  /// @param denied symbols that were asked for and are not in the answer.
  http_replier(responder to, view_ptr shown, bool single,
               std::string denied = {})
    : to_(std::move(to)),
      view_(std::move(shown)),
      single_(single),
      denied_(std::move(denied)) {
    // nop
  }

  void reply(answer x) override {
    std::visit([this](auto& value) { put(value); }, x);
  }

private:
  void put(const accepted& x) {
    to_({.body = "{\"accepted\":" + std::to_string(x.ticks) + '}'});
  }

  void put(const std::vector<row_ptr>& rows) {
    std::string body = "[";
    for (const auto& x : rows) {
      if (body.size() > 1)
        body += ',';
      view_->append_row(body, *x);
    }
    body += ']';
    http_reply reply{.body = std::move(body)};
    if (!denied_.empty())
      reply.headers.emplace_back("warnings", denied_);
    to_(std::move(reply));
  }

  void put(const std::vector<symbol_name>& names) {
    std::string body = "[";
    for (const auto& x : names) {
      if (body.size() > 1)
        body += ',';
      body += "{\"label\":";
      append_json_string(body, x.str());
      body += ",\"value\":";
      append_json_string(body, x.str());
      body += '}';
    }
    body += ']';
    to_({.body = std::move(body)});
  }

  void put(const caf::error& why) {
    auto what = to_refusal(why);
    if (single_)
      what.element = -1;
    to_(to_reply(what));
  }

  responder to_;
  view_ptr view_;
  bool single_;
  std::string denied_;
};

void note_denied(backend& b, const http_request& request,
                 std::string_view why) {
  note_bad_input(*b.stats, *b.log, counters::fault::access, request.peer,
                 request.method + ' ' + request.path,
                 std::string{why} + ": key " + std::string{request.who.name()});
}

void ask(backend& b, query_config config) {
  spawn_query(b.sys, &b.loop, std::move(config));
}

} // namespace

void get_rows(const widget& w, backend& b, const http_request& request,
              const responder& to) {
  auto refuse = [&](const refusal& why) {
    note_bad_input(*b.stats, *b.log, counters::fault::query, request.peer,
                   "GET " + request.path, why.message);
    to(to_reply(why, "query"));
  };
  auto params = parse_query(request.query);
  if (!params)
    return refuse(
      {.code = errc::malformed, .message = "a broken escape in the query"});
  query_config config{.market = b.market, .limit = max_rows, .grid = b.grid};
  for (const auto& [key, value] : *params) {
    if (key != "symbol")
      continue;
    auto asked = split_symbols(value);
    if (!asked.bad.empty())
      return refuse({.field = "symbol",
                     .message = "'" + asked.bad.front() + "' is no symbol name",
                     .type = "string_pattern_mismatch"});
    if (asked.too_many)
      return refuse({.field = "symbol",
                     .message = "at most 1000 symbols at once",
                     .type = "too_long"});
    if (asked.what == subscription::change::replace)
      config.symbols = std::move(asked.symbols);
  }
  std::string denied;
  if (config.symbols) {
    auto names = take_denied(*config.symbols, request.who.symbols());
    if (!names.empty())
      denied = "this API key may not see " + some_names(names);
    if (config.symbols->empty() && !denied.empty()) {
      note_denied(b, request, denied);
      return to(to_reply({.code = errc::forbidden, .message = denied}));
    }
  } else {
    config.filter = request.who.symbols();
  }
  config.to =
    std::make_shared<http_replier>(to, w.view, false, std::move(denied));
  ask(b, std::move(config));
}

void get_symbols(backend& b, const http_request& request, const responder& to) {
  ask(b, {.market = b.market,
          .symbols = std::nullopt,
          .limit = UINT64_MAX,
          .filter = request.who.symbols(),
          .names_only = true,
          .to = std::make_shared<http_replier>(to, nullptr, false),
          .grid = b.grid});
}

refusal note_refused(backend& b, const feed_id& from, const caller& who,
                     std::string_view peer, refusal why) {
  add(b.stats->of(from.kind).refused);
  add(b.stats->of(why.code == errc::malformed ? counters::fault::tick_malformed
                                              : counters::fault::tick_invalid));
  b.log->info("ticks_refused", {{"feed", from.str()},
                                {"peer", peer},
                                {"symbol", why.symbol},
                                {"element", why.element},
                                {"field", why.field},
                                {"why", why.message}});
  caf::anon_send(b.ingress, refuse_atom_v, from, why.symbol, why.message);
  if (why.code != errc::limited)
    if (auto too_many = b.limit_bad_message(who, peer))
      return *std::move(too_many);
  return why;
}

std::optional<refusal> denied_tick(const parsed_ticks& x, const caller& who) {
  auto filter = who.symbols();
  if (!filter)
    return std::nullopt;
  for (std::size_t i = 0; i < x.ticks.size(); ++i)
    if (const auto& symbol = x.ticks[i].symbol; !filter->allows(symbol))
      return refusal{.code = errc::forbidden,
                     .element = x.single ? -1 : static_cast<std::int64_t>(i),
                     .field = "symbol",
                     .message = "this API key may not publish " + symbol.str(),
                     .type = "not_entitled",
                     .symbol = symbol.str()};
  return std::nullopt;
}

void post_ticks(backend& b, const http_request& request, const responder& to) {
  auto parsed = read_ticks(request.body);
  auto refuse = [&](refusal why) {
    to(to_reply(note_refused(b, {source::post}, request.who, request.peer,
                             std::move(why))));
  };
  if (auto* why = std::get_if<refusal>(&parsed))
    return refuse(std::move(*why));
  auto& x = std::get<parsed_ticks>(parsed);
  // What is refused counts, too: it has to be looked at.
  auto why = b.limit_ticks(request.who, x.ticks.size(), request.peer);
  if (!why)
    why = denied_tick(x, request.who);
  if (why)
    return refuse(*std::move(why));
  tick_batch batch{source::post,
                   std::chrono::time_point_cast<std::chrono::nanoseconds>(
                     std::chrono::system_clock::now()),
                   std::move(x.ticks)};
  caf::anon_send(
    b.ingress, publish_atom_v, std::move(batch),
    replier_ptr{std::make_shared<http_replier>(to, nullptr, x.single)});
}

} // namespace livegrid
