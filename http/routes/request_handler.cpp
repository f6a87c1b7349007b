#include "livegrid/http/routes/request_handler.hpp"

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/client_identity.hpp"
#include "livegrid/http/access/forwarded.hpp"
#include "livegrid/http/connection/current_input.hpp"
#include "livegrid/http/connection/takeover.hpp"
#include "livegrid/http/health/health_check.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/message/status_text.hpp"
#include "livegrid/http/routes/page_routes.hpp"
#include "livegrid/http/routes/request_reader.hpp"
#include "livegrid/http/websocket/ws_handshake.hpp"

namespace livegrid {

namespace {

using restinio_request = restinio::request_handle_t;

/// Of a request that has no use for a body, in bytes.
constexpr std::uint64_t max_useless_body = 8 * 1024;

/// Whose share of the node's memory it is, if not that of the connection's
/// address: of a key, or of a proxy's client; else empty.
std::string owner_of(const caller& who, const http_input& from) {
  if (!who.key && (who.address.empty() || who.address == from.address()))
    return {};
  return client_name(who);
}

http_reply method_not_allowed(const route& where) {
  auto reply = error_reply(405, "Method Not Allowed");
  reply.headers.emplace_back("Allow", allowed_methods(where));
  return reply;
}

} // namespace

request_handler::request_handler(request_handles all, const settings& values)
  : all_(std::move(all)),
    origins_({}),
    gate_(asio::use_service<connection_gate>(all_.loop.context())),
    secure_(values.http.secure()),
    proxies_(*address_ranges::parse(values.http.trusted_proxies)) {
  // nop
}

std::string
request_handler::header_lines(const std::optional<std::string>& origin) {
  http_reply x;
  origins_.mark(x, origin);
  add_common_headers(x, clock_.now(), false);
  std::string result;
  for (const auto& [name, value] : x.headers)
    result += name + ": " + value + "\r\n";
  return result;
}

std::optional<http_reply> request_handler::on_head(http_input& from,
                                                   const request_head& x) {
  announced_request announced{
    .request = read_request(x, from, proxies_, all_.guard.on(), secure_),
    .head = x.method == "HEAD"};
  auto& request = announced.request;
  request.from_own_page =
    origins_.is_own(request.origin, request.host, request.secure);
  note_unreadable_client(*all_.stats, *all_.log, request);
  announced.where = find_route(all_.routes, request.path);
  if (x.has_body()) {
    auto refused = admit(announced.where, request, from);
    if (!refused)
      refused = refuse_body(announced.where, request);
    if (refused) {
      auto timed = metrics::begin(label_of(announced.where), x.method);
      all_.metrics.end(timed, refused->status);
      return refused;
    }
    announced.admitted = true;
    if (request.method != "POST")
      from.limit_body(max_useless_body);
    else if (x.chunked || x.length >= byte_budget::small)
      from.give_to(owner_of(request.who, from));
  }
  from.set_request(std::move(announced));
  return std::nullopt;
}

restinio::request_handling_status_t
request_handler::on_request(restinio_request raw) {
  auto input = gate_.current();
  auto announced = input ? input->take_request() : std::nullopt;
  // The parser has taken something else for a request: nobody can tell whose.
  if (!announced)
    return restinio::request_rejected();
  if (raw->header().connection() == restinio::http_connection_header_t::upgrade)
    input->note_upgrade();
  auto& request = announced->request;
  auto* where = announced->where;
  request.body = raw->body();
  auto x = std::make_shared<exchange>(exchange{
    .raw = raw,
    .input = input,
    .share = *std::move(announced->share),
    .origin = request.origin,
    .head = announced->head,
    .small = announced->small_answer(),
    .pinned = request.secure && may_be_pinned(request.host),
    .timed = metrics::begin(label_of(where), raw->header().method().c_str()),
    .counted = count_request()});
  // Replies are written from the loop, but never from within this call:
  // RESTinio would read the next request twice.
  responder to{[self = weak_from_this(), x](http_reply reply) mutable {
    if (auto me = self.lock())
      asio::post(me->all_.loop.context(),
                 [me, x = std::move(x), reply = std::move(reply)]() mutable {
                   // RESTinio may go on with an upgrade that it has read
                   // already.
                   current_input scope{me->gate_, x->input};
                   me->write(x, std::move(reply));
                 });
  }};
  std::optional<http_reply> refused;
  if (!announced->admitted || !still_good(request.who))
    refused = admit(where, request, *input);
  x->owner = owner_of(request.who, *input);
  if (refused)
    to(*std::move(refused));
  else
    dispatch(where, request, raw, to);
  return restinio::request_accepted();
}

std::shared_ptr<void> request_handler::count_request() {
  ++*under_way_;
  return {under_way_.get(), [n = under_way_](void*) { --*n; }};
}

void request_handler::recognise_probe(const route* where,
                                      http_request& request) {
  if (request.probe_proof.empty() || request.method != "GET" || !where
      || !where->upgrade || !all_.state.health)
    return;
  auto symbol =
    all_.state.health->take_proof(request.path, request.probe_proof);
  if (!symbol)
    return;
  auto key = std::make_shared<access_key>();
  key->name = "health";
  key->grant(scope::read);
  key->symbols =
    std::make_shared<symbol_filter>(std::vector<std::string>{*symbol});
  request.who = {
    .key = std::move(key), .is_probe = true, .address = request.address};
}

std::optional<http_reply> request_handler::admit(const route* where,
                                                 http_request& request,
                                                 const http_input& from) {
  recognise_probe(where, request);
  if (request.who.is_probe)
    return std::nullopt;
  if (from.reserved() && !(where && where->when_full))
    return gate_.full_reply(from.refusal, request.peer,
                            request.method + ' ' + request.path);
  // Browsers ask what they may do without saying for whom.
  auto tells_health = where && !where->needs;
  if (request.method == "OPTIONS" || tells_health)
    return all_.guard.limit_open(request, tells_health);
  auto found = all_.guard.identify(request);
  request.who = found ? *std::move(found) : all_.guard.nobody(request);
  // Of the key; of the address only where none, or no good one, is shown.
  auto cost = where && where->cost ? where->cost(request) : 1;
  if (auto over = all_.guard.limit(request, cost))
    return over;
  if (!found) {
    explain_key(request, found.error());
    return std::move(found).error();
  }
  auto need = where ? *where->needs : scope::read;
  if (request.who.may(need))
    return std::nullopt;
  return all_.guard.refuse(request, request.who, need);
}

bool request_handler::still_good(const caller& x) const {
  return !x.key || all_.guard.still_good(*x.key);
}

std::optional<http_reply>
request_handler::refuse_body(const route* where, const http_request& request) {
  if (request.method != "POST")
    return std::nullopt;
  if (!where)
    return error_reply(404, "Not Found");
  if (!where->post)
    return method_not_allowed(*where);
  if (!origins_.allowed(request.origin))
    return refuse_origin(request, "this page may not publish");
  return std::nullopt;
}

void request_handler::dispatch(const route* where, const http_request& request,
                               const restinio_request& raw,
                               const responder& to) {
  if (request.method == "OPTIONS") {
    if (!origins_.allowed(request.origin))
      note_origin(request, "this page may not ask what it may do");
    return to(origins_.preflight(request.origin, request.asked_headers,
                                 request.asks_private_network));
  }
  if (where == nullptr)
    return to(error_reply(404, "Not Found"));
  auto is_get = request.method == "GET";
  if (is_get && where->upgrade)
    return upgrade(*where, request, raw, to);
  if (is_get && where->get)
    return where->get(request, to);
  if (auto refused = refuse_body(where, request))
    return to(*std::move(refused));
  if (request.method == "POST")
    return where->post(request, to);
  to(method_not_allowed(*where));
}

void request_handler::note_origin(const http_request& request,
                                  std::string_view why) {
  note_bad_input(*all_.stats, *all_.log, counters::fault::origin, request.peer,
                 request.method + ' ' + request.path,
                 std::string{why} + ": " + request.origin.value_or("none"));
}

http_reply request_handler::refuse_origin(const http_request& request,
                                          std::string_view why) {
  note_origin(request, why);
  return error_reply(403, why);
}

void request_handler::upgrade(const route& where, const http_request& request,
                              const restinio_request& raw,
                              const responder& to) {
  auto refuse = [&](std::uint16_t status, std::string_view why) {
    note_bad_input(*all_.stats, *all_.log, counters::fault::handshake,
                   request.peer, request.method + ' ' + request.path, why);
    return error_reply(status, why);
  };
  auto upgrade_required = [&](std::string_view why) {
    auto reply = refuse(426, why);
    reply.headers.emplace_back("Upgrade", "websocket");
    reply.headers.emplace_back("Sec-WebSocket-Version", "13");
    to(std::move(reply));
  };
  if (raw->header().method() != restinio::http_method_get()
      || raw->header().connection()
           != restinio::http_connection_header_t::upgrade
      || !asks_for_websocket(request.upgrade, request.connection))
    return upgrade_required("this path is a WebSocket");
  if (request.websocket_version != "13")
    return upgrade_required("the WebSocket version must be 13");
  if (!is_websocket_key(request.websocket_key))
    return to(refuse(400, "Sec-WebSocket-Key must be 16 bytes in base64"));
  if (request.http_1_0)
    return to(refuse(400, "a WebSocket needs HTTP/1.1"));
  if (!origins_.allowed(request.origin))
    return to(refuse_origin(request, "this page may not connect"));
  if (all_.state.draining)
    return to(error_reply(503, "the node is going down"));
  auto target = where.upgrade(request);
  if (auto* reply = std::get_if<http_reply>(&target))
    return to(std::move(*reply));
  expected<std::shared_ptr<void>, http_reply> entered{nullptr};
  // Else those who come from this host could make the node seem ill.
  if (!request.who.is_probe)
    entered = all_.guard.enter(request);
  if (!entered)
    return to(std::move(entered).error());
  auto taken = take_over(*raw);
  if (!taken)
    return;
  using both = std::pair<std::shared_ptr<void>, std::shared_ptr<void>>;
  auto held =
    std::make_shared<both>(std::move(taken->counted), *std::move(entered));
  auto& x = std::get<ws_route_target>(target);
  all_.sessions.open(
    std::move(taken->socket), std::move(taken->place), std::move(held),
    switching_protocols(request.websocket_key,
                        bearer_protocol(request.protocols).empty() ? ""
                                                                   : "bearer"),
    taken->unread, x.max_message, std::move(x.endpoint),
    // No file has it, so that a change of the keys would end it.
    request.who.is_probe ? nullptr : request.who.key,
    request.peer == request.address ? request.peer : "");
}

bool request_handler::keep(exchange& of, std::uint64_t size) {
  return (of.owner.empty() || size < byte_budget::small
          || of.share.give_to(std::move(of.owner)))
         && of.share.resize(size);
}

void request_handler::write(const std::shared_ptr<exchange>& what,
                            http_reply x) {
  auto& of = *what;
  // Without its connection there is nobody to answer: it became a WebSocket.
  if (!is_connected(*of.raw))
    return all_.metrics.end(of.timed, 101);
  // Whoever asks a node that goes down is told that, and need not think that
  // the fault was his. What is asked so changes nothing.
  if (x.dropped && all_.state.draining)
    x = error_reply(503, "the node is going down");
  // In the place of the request. What became of ticks is said all the same: it
  // is short, and 503 would say that nothing was done.
  if (!keep(of, x.fixed_body.empty() ? x.content().size() : 0)
      && of.timed.method != "POST") {
    note_bad_input(*all_.stats, *all_.log, counters::fault::limit,
                   of.input->peer(), of.timed.route, too_much.why);
    x = error_reply(too_much.status, too_much.why);
    x.headers.emplace_back("Retry-After", "1");
    of.share.resize(0);
  }
  all_.metrics.end(of.timed, x.status);
  origins_.mark(x, of.origin);
  add_common_headers(x, clock_.now(), of.pinned);
  restinio::http_status_line_t line{restinio::http_status_code_t{x.status},
                                    std::string{status_text(x.status)}};
  auto fill = [&](auto& to) {
    to.append_header(restinio::http_field::content_type, x.type);
    for (const auto& [name, value] : x.headers)
      to.append_header(name, value);
    // An upgrade that was refused leaves the parser past its end.
    if (x.last || all_.state.draining || of.input->reserved()
        || of.raw->header().connection()
             == restinio::http_connection_header_t::upgrade)
      to.connection_close();
  };
  // A 304 has the headers of the 200 that it stands for, its length too.
  auto no_body = of.head || x.status == 304;
  auto size = no_body ? 0 : x.content().size();
  of.input->note_answer(size, of.small);
  auto written = [what, size](const asio::error_code&) {
    what->share.resize(0);
    what->input->note_sent(size);
  };
  if (no_body) {
    auto to = of.raw->create_response<restinio::user_controlled_output_t>(
      std::move(line));
    fill(to);
    to.set_content_length(x.content().size());
    of.raw.reset();
    to.done(written);
    return;
  }
  auto to = of.raw->create_response(std::move(line));
  fill(to);
  if (x.shared)
    to.set_body(std::move(x.shared));
  else if (x.fixed_body.empty())
    to.set_body(std::move(x.body));
  else
    to.set_body(
      restinio::const_buffer(x.fixed_body.data(), x.fixed_body.size()));
  of.raw.reset();
  to.done(written);
}

} // namespace livegrid
