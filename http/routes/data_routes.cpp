// Rows, symbols and ticks over HTTP.

#include <chrono>
#include <memory>
#include <unordered_set>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/market/ingress.hpp"
#include "livegrid/actors/market/query.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/message/body_coding.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/http/readers/subscription_reader.hpp"
#include "livegrid/http/readers/tick_reader.hpp"
#include "livegrid/http/routes/routes.hpp"
#include "livegrid/http/routes/unknown_params.hpp"
#include "livegrid/replier.hpp"

namespace livegrid {

namespace {

constexpr std::uint64_t max_rows = 1000;

/// Answers an HTTP request with the rows that an actor found.
class row_replier final : public replier {
public:
  /// @param warnings what whoever asked should know of the answer.
  row_replier(responder to, view_ptr shown, std::string warnings)
    : to_(std::move(to)),
      view_(std::move(shown)),
      warnings_(std::move(warnings)) {
    // nop
  }

  /// Keeps a place until the answer has been given.
  void keep(question_gate::ticket x) noexcept {
    ticket_ = std::move(x);
  }

  void reply(answer x) override {
    if (auto* why = std::get_if<caf::error>(&x))
      to_(error_reply(to_refusal(*why)));
    else if (auto* rows = std::get_if<std::vector<row_ptr>>(&x))
      put(*rows);
  }

private:
  void put(const std::vector<row_ptr>& rows) {
    std::string body = "[";
    for (const auto& x : rows) {
      if (body.size() > 1)
        body += ',';
      view_->append_row(body, *x);
    }
    body += ']';
    http_reply reply{.body = std::move(body)};
    if (!warnings_.empty())
      reply.headers.emplace_back("warnings", warnings_);
    to_(std::move(reply));
  }

  responder to_;
  view_ptr view_;
  std::string warnings_;
  question_gate::ticket ticket_;
};

/// Answers who has posted ticks.
class tick_replier final : public replier {
public:
  tick_replier(responder to, bool single)
    : to_(std::move(to)), single_(single) {
    // nop
  }

  /// Without an answer before, which counts alone.
  ~tick_replier() override {
    to_(error_reply(unsure_of_ticks("nobody has answered")));
  }

  void reply(answer x) override {
    if (auto* taken = std::get_if<accepted>(&x))
      to_({.body = "{\"accepted\":" + std::to_string(taken->ticks) + '}'});
    else if (auto* why = std::get_if<caf::error>(&x))
      refuse(to_refusal(*why));
  }

private:
  void refuse(refusal why) {
    if (single_)
      why.element = -1;
    to_(error_reply(why));
  }

  responder to_;
  bool single_;
};

void note_denied(backend& b, const http_request& request,
                 std::string_view why) {
  note_bad_input(*b.stats, *b.log, counters::fault::access, request.peer,
                 request.method + ' ' + request.path,
                 std::string{why} + ": key " + std::string{request.who.name()});
}

/// Names of so many symbols are looked up, and their rows written, within a
/// small part of a millisecond.
constexpr std::size_t few_rows = 32;

/// Which of the parameters mean nothing to any widget of that path.
std::string unknown_to_widgets(
  const std::vector<widget>& widgets, const std::string& path,
  const std::vector<std::pair<std::string, std::string>>& params) {
  std::vector<std::string_view> known{"symbol"};
  // The usual case.
  if (unknown_params(params, known).empty())
    return {};
  for (const auto& x : widgets)
    if (x.endpoint_path == path)
      known.insert(known.end(), x.params.begin(), x.params.end());
  return unknown_params(params, known);
}

} // namespace

void get_rows(const widget& w, backend& b, const http_request& request,
              const responder& to) {
  auto refuse = [&](const refusal& why) {
    note_bad_input(*b.stats, *b.log, counters::fault::query, request.peer,
                   "GET " + request.path, why.message);
    to(error_reply(why, "query"));
  };
  auto params = parse_query(request.query);
  if (!params)
    return refuse(
      {.code = errc::malformed, .message = "a broken escape in the query"});
  query_config config{.market = b.market,
                      .limit = max_rows,
                      .directory = b.directory,
                      .grid = b.grid};
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
      return to(error_reply({.code = errc::forbidden, .message = denied}));
    }
  } else {
    config.filter = request.who.symbols();
  }
  auto warnings = std::move(denied);
  if (auto ignored =
        unknown_to_widgets(b.widgets.widgets, w.endpoint_path, *params);
      !ignored.empty()) {
    note_unknown_params(b, request, ignored);
    warnings += (warnings.empty() ? "" : "; ") + ignored;
  }
  auto way_back =
    std::make_shared<row_replier>(to, w.view, std::move(warnings));
  config.to = way_back;
  if (config.symbols && config.symbols->size() <= few_rows)
    return spawn_query(b.sys, &b.loop, std::move(config));
  // Many are put together elsewhere than on the loop, on which everybody's
  // sockets are.
  ask_in_turn(b, request, to,
              [&sys = b.sys, way_back,
               config = std::move(config)](question_gate::ticket ticket) {
                way_back->keep(std::move(ticket));
                spawn_query(sys, nullptr, config);
              });
}

void ask_in_turn(backend& b, const http_request& request, const responder& to,
                 question_gate::question what) {
  if (b.questions->enter(client_name(request.who), std::move(what)))
    return;
  constexpr std::string_view why = "too many questions for many rows or names";
  note_bad_input(*b.stats, *b.log, counters::fault::limit, request.peer,
                 "GET " + request.path, why);
  to(error_reply(
    {.code = errc::limited, .message = std::string{why}, .type = "too_many"}));
}

std::uint64_t cost_of_rows(const backend& b, const http_request& request) {
  constexpr std::uint64_t rows_per_request = 100;
  // Nobody counts.
  if (request.who.limits.requests == 0)
    return 1;
  auto rows =
    std::min(max_rows, std::max(get(b.stats->symbols), get(b.stats->names)));
  if (auto params = parse_query(request.query))
    for (const auto& [key, value] : *params)
      if (key == "symbol")
        if (auto asked = split_symbols(value);
            asked.what == subscription::change::replace)
          rows = asked.symbols.size();
  return 1 + rows / rows_per_request;
}

void note_unknown_params(backend& b, const http_request& request,
                         std::string_view which) {
  b.log->info("unknown_params", {{"peer", request.peer},
                                 {"path", cut_text(request.path, 120)},
                                 {"what", which}});
}

refusal note_refused(backend& b, const feed_id& from, const caller& who,
                     std::string_view peer, refusal why) {
  add(b.stats->of(from.kind).refused);
  add(b.stats->of(why.code == errc::malformed ? counters::fault::tick_malformed
                                              : counters::fault::tick_invalid));
  // A tick that came alone has no place among others.
  std::optional<std::int64_t> element;
  if (why.element >= 0)
    element = why.element;
  b.log->info("ticks_refused", {{"feed", from.str()},
                                {"peer", peer},
                                {"symbol", why.symbol},
                                {"element", element},
                                {"field", why.field},
                                {"why", why.message}});
  b.refusals->note(from, why.symbol, why.message);
  if (why.code != errc::limited)
    if (auto too_many = b.limit_bad_message(who, peer))
      return *std::move(too_many);
  return why;
}

std::optional<refusal> denied_tick(const parsed_ticks& x, const caller& who) {
  auto filter = who.symbols();
  if (!filter)
    return std::nullopt;
  // Many ticks may be of one symbol, and many patterns tried for each.
  std::unordered_set<std::string_view> allowed;
  for (std::size_t i = 0; i < x.ticks.size(); ++i)
    if (const auto& symbol = x.ticks[i].symbol;
        allowed.insert(symbol.str()).second && !filter->allows(symbol))
      return refusal{.code = errc::forbidden,
                     .element = x.single ? -1 : static_cast<std::int64_t>(i),
                     .field = "symbol",
                     .message = "this API key may not publish " + symbol.str(),
                     .type = "not_entitled",
                     .symbol = symbol.str()};
  return std::nullopt;
}

void post_ticks(backend& b, const http_request& request, const responder& to) {
  auto refuse = [&](refusal why, std::uint16_t status = 0) {
    auto x = note_refused(b, {source::post}, request.who, request.peer,
                          std::move(why));
    auto reply = status == 0 || x.code == errc::limited
                   ? error_reply(x)
                   : error_reply(status, x.message);
    if (status == 415)
      reply.headers.emplace_back("Accept-Encoding", "gzip");
    to(std::move(reply));
  };
  std::optional<std::string> plain;
  if (auto fault =
        decode_body(request.content_encoding, request.body, b.max_body, plain))
    return refuse({.code = errc::malformed, .message = std::string{fault->why}},
                  fault->status);
  auto parsed = read_ticks(plain ? *plain : request.body);
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
                   std::move(x.ticks),
                   0,
                   {},
                   publisher_of(request.who),
                   poster_of(request.who)};
  caf::anon_send(b.ingress, publish_atom_v, std::move(batch),
                 replier_ptr{std::make_shared<tick_replier>(to, x.single)});
}

} // namespace livegrid
