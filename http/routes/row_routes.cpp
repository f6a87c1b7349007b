#include "livegrid/http/routes/row_routes.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/market/query.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/readers/delivery_query.hpp"
#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/http/readers/subscription_reader.hpp"
#include "livegrid/http/routes/unknown_params.hpp"
#include "livegrid/replier.hpp"

namespace livegrid {

namespace {

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

  /// Comes before the answer, from the same actor.
  void note_total(std::uint64_t x) override {
    total_ = x;
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
    if (total_)
      reply.headers.emplace_back("X-Total-Rows", std::to_string(*total_));
    if (!warnings_.empty())
      reply.headers.emplace_back("warnings", escape_for_header(warnings_));
    to_(std::move(reply));
  }

  responder to_;
  view_ptr view_;
  std::string warnings_;
  std::optional<std::uint64_t> total_; ///< where all symbols are asked for
  question_gate::ticket ticket_;
};

void note_denied(const subscriber_handles& x, const http_request& request,
                 std::string_view why) {
  note_bad_input(*x.stats, *x.log, counters::fault::access, request.peer,
                 request.method + ' ' + request.path,
                 std::string{why} + ": key " + std::string{request.who.name()});
}

/// Names of so many symbols are looked up, and their rows written, within a
/// small part of a millisecond.
constexpr std::size_t few_rows = 32;

/// Which of the parameters mean nothing to any widget of that path.
std::string unknown_to_widgets(
  const std::vector<widget>& widgets, const widget& shown,
  const std::vector<std::pair<std::string, std::string>>& params) {
  std::vector<std::string_view> known{shown.asked.names.begin(),
                                      shown.asked.names.end()};
  known.emplace_back("with");
  // The usual case.
  if (unknown_params(params, known).empty())
    return {};
  for (const auto& x : widgets)
    if (x.endpoint_path == shown.endpoint_path)
      known.insert(known.end(), x.params.begin(), x.params.end());
  return unknown_params(params, known);
}

} // namespace

void row_routes::add_to(std::vector<route>& routes) {
  for (const auto& x : all_.widgets.widgets) {
    if (find_route(routes, x.endpoint_path) == nullptr)
      routes.push_back(
        {.path = x.endpoint_path,
         .get = [this, &x](const http_request& request,
                           const responder& to) { get_rows(x, request, to); },
         .cost = [this, &x](
                   const http_request& request) { return cost(x, request); }});
    if (!x.ws_path.empty() && find_route(routes, x.ws_path) == nullptr)
      routes.push_back(
        {.path = x.ws_path, .upgrade = [this, &x](const http_request& request) {
           return upgrade_rows(x, request);
         }});
  }
}

void row_routes::get_rows(const widget& shown, const http_request& request,
                          const responder& to) {
  const auto& common = all_.subscribers;
  auto refuse = [&](const refusal& why) {
    note_bad_input(*common.stats, *common.log, counters::fault::query,
                   request.peer, "GET " + request.path, why.message);
    to(error_reply(why, "query"));
  };
  auto params = parse_query(request.query);
  if (!params)
    return refuse(
      {.code = errc::malformed, .message = "a broken escape in the query"});
  query_config config{.market = all_.market,
                      .limit = all_.max_rows,
                      .directory = all_.directory,
                      .grid = all_.grid};
  auto asked = read_symbols(*params, shown.asked);
  if (!asked.bad.empty())
    return refuse({.field = shown.asked.main_name(),
                   .message = "'" + asked.bad.front() + "' is no symbol name",
                   .type = "string_pattern_mismatch"});
  if (asked.too_many)
    return refuse({.field = shown.asked.main_name(),
                   .message = "at most 1000 symbols at once",
                   .type = "too_long"});
  if (asked.what == subscription::change::replace)
    config.symbols = std::move(asked.symbols);
  auto sourced = std::any_of(params->begin(), params->end(), [](const auto& x) {
    return x.first == "with" && x.second == "source";
  });
  auto rows = sourced ? shown.sourced_view : shown.view;
  std::string denied;
  if (config.symbols) {
    auto names = take_denied(*config.symbols, request.who.symbols());
    if (!names.empty())
      denied = "this API key may not see " + some_names(names);
    if (config.symbols->empty() && !denied.empty()) {
      note_denied(common, request, denied);
      return to(error_reply({.code = errc::forbidden, .message = denied}));
    }
  } else {
    config.filter = request.who.symbols();
  }
  auto warnings = std::move(denied);
  if (auto ignored = unknown_to_widgets(all_.widgets.widgets, shown, *params);
      !ignored.empty()) {
    note_unknown_params(*common.log, request, ignored);
    warnings += (warnings.empty() ? "" : "; ") + ignored;
  }
  auto way_back =
    std::make_shared<row_replier>(to, std::move(rows), std::move(warnings));
  config.to = way_back;
  if (config.symbols && config.symbols->empty())
    return way_back->reply(std::vector<row_ptr>{});
  if (config.symbols && config.symbols->size() <= few_rows)
    return spawn_query(common.sys, &common.loop, std::move(config));
  // Many are put together elsewhere than on the loop, on which everybody's
  // sockets are.
  ask_in_turn(*all_.questions, *common.stats, *common.log, request, to,
              [&sys = common.sys, way_back,
               config = std::move(config)](question_gate::ticket ticket) {
                way_back->keep(std::move(ticket));
                spawn_query(sys, nullptr, config);
              });
}

std::uint64_t row_routes::cost(const widget& shown,
                               const http_request& request) const {
  constexpr std::uint64_t rows_per_request = 100;
  // Nobody counts.
  if (request.who.limits.requests == 0)
    return 1;
  const auto& stats = *all_.subscribers.stats;
  auto rows =
    std::min(all_.max_rows, std::max(get(stats.symbols), get(stats.names)));
  if (auto params = parse_query(request.query))
    if (auto asked = read_symbols(*params, shown.asked);
        asked.what == subscription::change::replace)
      rows = asked.symbols.size();
  return 1 + rows / rows_per_request;
}

upgrade_answer row_routes::upgrade_rows(const widget& shown,
                                        const http_request& request) {
  auto options = parse_delivery(request.query);
  if (!options) {
    note_bad_input(*all_.subscribers.stats, *all_.subscribers.log,
                   counters::fault::query, request.peer, "GET " + request.path,
                   options.error());
    return error_reply(400, options.error());
  }
  auto& x = *options;
  // Without a row id nobody could tell what has changed of what.
  x.changes_only = x.changes_only && shown.view->has_row_id();
  auto rows = x.with_source ? shown.sourced_view : shown.view;
  // Whoever appends what comes is given no row of before; the node's own probe
  // has to see one although nothing trades.
  if (request.who.is_probe && !rows->has_row_id())
    rows = std::make_shared<const view>(
      shown.cells, std::vector<std::string>{shown.cells.front()});
  return ws_route_target{all_.max_message,
                         std::make_unique<subscriber_endpoint>(
                           all_.subscribers, std::move(rows), x,
                           // The probe knows no widget's own names.
                           request.who.is_probe ? symbol_params{} : shown.asked,
                           request)};
}

} // namespace livegrid
