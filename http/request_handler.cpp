#include "livegrid/http/request_handler.hpp"

#include "livegrid/counters.hpp"
#include "livegrid/http/bad_input.hpp"
#include "livegrid/http/endpoint_text.hpp"
#include "livegrid/http/status_text.hpp"
#include "livegrid/http/ws_handshake.hpp"
#include "livegrid/log.hpp"

namespace livegrid {

namespace {

using restinio_request = restinio::request_handle_t;
using restinio_connection = restinio::impl::connection_t<restinio_traits>;

/// Who has sent a request that came from there: of the addresses that proxies
/// have noted the last that is none of a proxy that we trust.
std::string client_of(std::string from, std::string_view forwarded,
                      const address_ranges& proxies) {
  while (proxies.contains(from) && !forwarded.empty()) {
    auto comma = forwarded.rfind(',');
    auto last = comma == forwarded.npos ? 0 : comma + 1;
    auto one = forwarded.substr(last);
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    one = one.substr(0, one.find_last_not_of(' ') + 1);
    forwarded = forwarded.substr(0, comma == forwarded.npos ? 0 : comma);
    asio::error_code bad;
    auto address = asio::ip::make_address(std::string{one}, bad);
    // What a proxy did not write may be anything.
    if (bad)
      break;
    from = address.to_string();
  }
  return from;
}

/// @param keys whether somebody will look at credentials.
/// @param secure whether it has come through TLS.
http_request read(const restinio_request& request,
                  const address_ranges& proxies, bool keys, bool secure) {
  const auto& header = request->header();
  http_request result;
  auto method = header.method();
  result.method =
    method == restinio::http_method_head() ? "GET" : method.c_str();
  result.path = std::string{header.path()};
  // A proxy's form of a request line (RFC 9112, 3.2.2).
  for (std::string_view scheme : {"http://", "https://"})
    if (result.path.starts_with(scheme)) {
      auto i = result.path.find('/', scheme.size());
      result.path = i == std::string::npos ? "/" : result.path.substr(i);
    }
  result.query = std::string{header.query()};
  if (header.has_field(restinio::http_field::origin))
    result.origin = header.get_field(restinio::http_field::origin);
  result.accept = header.get_field_or(restinio::http_field::accept, "");
  result.accept_encoding =
    header.get_field_or(restinio::http_field::accept_encoding, "");
  result.if_none_match =
    header.get_field_or(restinio::http_field::if_none_match, "");
  result.user_agent = header.get_field_or(restinio::http_field::user_agent, "");
  // A browser that offers one wants it confirmed.
  result.protocols =
    header.get_field_or(restinio::http_field::sec_websocket_protocol, "");
  if (keys) {
    result.api_key = header.get_field_or("X-API-KEY", "");
    result.authorization =
      header.get_field_or(restinio::http_field::authorization, "");
    result.cookie = header.get_field_or(restinio::http_field::cookie, "");
  }
  result.peer = endpoint_text(request->remote_endpoint());
  result.address = request->remote_endpoint().address().to_string();
  result.secure = secure;
  if (proxies.contains(result.address)) {
    if (header.has_field("X-Forwarded-Proto"))
      result.secure = header.get_field("X-Forwarded-Proto") == "https";
    // Some proxies add a line of their own behind the client's.
    std::string forwarded;
    header.for_each_field([&](const auto& x) {
      if (restinio::impl::is_equal_caseless(x.name(), "x-forwarded-for"))
        forwarded += (forwarded.empty() ? "" : ",") + x.value();
    });
    if (auto of = client_of(result.address, forwarded, proxies);
        of != result.address)
      result.peer = result.address = std::move(of);
  }
  result.body = request->body();
  return result;
}

/// Whether the parser took a name and a blank for that name (RFC 9112, 5.1). A
/// proxy may have taken such a line for nothing, and so a body for a request.
bool has_blank_name(const restinio::http_request_header_t& header) {
  auto result = false;
  header.for_each_field([&](const auto& x) {
    result |= x.name().find_first_of(" \t") != std::string::npos;
  });
  return result;
}

} // namespace

request_handler::request_handler(io_loop& loop, backend parts,
                                 const settings& values)
  : loop_(loop),
    backend_(std::move(parts)),
    origins_({}),
    sessions_(loop.context(), backend_.stats, backend_.log,
              values.ws.ping_interval, values.ws.send_buffer),
    gate_(asio::use_service<connection_gate>(loop.context())),
    guard_(loop.context(), values, backend_.stats, backend_.log),
    secure_(values.http.secure()),
    proxies_(std::get<address_ranges>(
      address_ranges::parse(values.http.trusted_proxies))),
    api_(describe_api(backend_.widgets.widgets)),
    routes_(make_routes(backend_.widgets, api_)) {
  backend_.has_room = [this] { return !gate_.full(); };
  backend_.metrics = std::make_shared<metrics>(backend_.stats);
  backend_.metrics_text = std::make_shared<shared_text>(
    backend_.sys, loop.context(), [x = backend_.metrics] { return x->text(); });
  backend_.limit_ticks = [this](const caller& x, std::uint64_t n,
                                std::string_view peer) {
    return guard_.limit_ticks(x, n, peer);
  };
  backend_.limit_bad_message = [this](const caller& x, std::string_view peer) {
    return guard_.limit_bad_message(x, peer);
  };
  if (!guard_.on())
    return;
  backend_.token_for = [this](const caller& x) { return guard_.token_for(x); };
  backend_.cookie_for = [this](const caller& x) {
    return guard_.cookie_for(x);
  };
  guard_.on_change = [this] {
    sessions_.close_if(
      [this](const access_key& x) { return !guard_.still_good(x); },
      "the key is no longer good");
  };
}

std::string
request_handler::header_lines(const std::optional<std::string>& origin) const {
  http_reply x;
  origins_.mark(x, origin);
  std::string result;
  for (const auto& [name, value] : x.headers)
    result += name + ": " + value + "\r\n";
  return result;
}

restinio::request_handling_status_t
request_handler::on_request(restinio_request raw) {
  auto request = read(raw, proxies_, guard_.on(), secure_);
  auto head = raw->header().method() == restinio::http_method_head();
  auto* where = find_route(routes_, request.path);
  auto label = !where                 ? metrics::unknown_route
               : where->label.empty() ? std::string_view{where->path}
                                      : where->label;
  auto timed = metrics::begin(label, raw->header().method().c_str());
  auto input = gate_.current();
  if (input)
    ++input->in_flight;
  // Replies are written from the loop, but never from within this call:
  // RESTinio would read the next request twice.
  responder to{[self = weak_from_this(), raw, input, origin = request.origin,
                head, timed](http_reply x) mutable {
    if (auto me = self.lock())
      asio::post(me->loop_.context(), [me, raw, input, origin, head, timed,
                                       x = std::move(x)]() mutable {
        // RESTinio may go on with the next request of the connection.
        auto before = me->gate_.set_current(input);
        me->write(raw, std::move(x), origin, head, input, timed);
        me->gate_.set_current(std::move(before));
      });
  }};
  auto dubious = has_blank_name(raw->header());
  if (input)
    dubious = input->dubious |= dubious;
  if (dubious)
    refuse_malformed(request, to);
  else if (input && input->reserved && !(where && where->when_full)
           && !probed_by(request))
    refuse_full(request, to);
  else if (admit(where, request, to))
    dispatch(where, request, raw, to);
  return restinio::request_accepted();
}

bool request_handler::probed_by(const http_request& request) const {
  return backend_.health && backend_.health->probes_from(request.peer);
}

bool request_handler::admit(const route* where, http_request& request,
                            const responder& to) {
  // Browsers ask what they may do without saying for whom.
  if (request.method == "OPTIONS" || (where && !where->needs)
      || probed_by(request))
    return true;
  auto found = guard_.identify(request);
  auto* known = std::get_if<caller>(&found);
  request.who = known ? std::move(*known) : guard_.nobody(request);
  // Of the key; of the address only where none, or no good one, is shown.
  auto cost = where && where->cost ? where->cost(backend_, request) : 1;
  if (auto over = guard_.limit(request, cost)) {
    to(std::move(*over));
    return false;
  }
  if (auto* reply = std::get_if<http_reply>(&found)) {
    explain_key(request, *reply);
    to(std::move(*reply));
    return false;
  }
  auto need = where ? *where->needs : scope::read;
  if (request.who.may(need))
    return true;
  to(guard_.refuse(request, request.who, need));
  return false;
}

void request_handler::dispatch(const route* where, const http_request& request,
                               const restinio_request& raw,
                               const responder& to) {
  const auto& header = raw->header();
  if (request.method == "OPTIONS") {
    if (!origins_.allowed(request.origin))
      note_origin(request, "this page may not ask what it may do");
    return to(origins_.preflight(
      request.origin,
      header.get_field_or(restinio::http_field::access_control_request_headers,
                          ""),
      header.has_field("Access-Control-Request-Private-Network")));
  }
  if (where == nullptr)
    return to(error_reply(404, "Not Found"));
  auto is_get = request.method == "GET";
  if (is_get && where->upgrade)
    return upgrade(*where, request, raw, to);
  if (is_get && where->get)
    return where->get(backend_, request, to);
  if (request.method == "POST" && where->post) {
    if (!origins_.allowed(request.origin))
      return refuse_origin(request, "this page may not publish", to);
    return where->post(backend_, request, to);
  }
  auto reply = error_reply(405, "Method Not Allowed");
  std::string allowed;
  if (where->get)
    allowed = "GET, HEAD";
  else if (where->upgrade)
    allowed = "GET";
  if (where->post)
    allowed += allowed.empty() ? "POST" : ", POST";
  reply.headers.emplace_back("Allow", allowed + ", OPTIONS");
  to(std::move(reply));
}

void request_handler::refuse_full(const http_request& request,
                                  const responder& to) {
  note_connection_refused(*backend_.stats, *backend_.log, request.peer);
  auto reply = error_reply(503, full_node);
  reply.headers.emplace_back("Retry-After", "1");
  to(std::move(reply));
}

void request_handler::refuse_malformed(const http_request& request,
                                       const responder& to) {
  constexpr std::string_view why = "a header's name has a blank in it";
  note_bad_input(*backend_.stats, *backend_.log,
                 counters::fault::http_malformed, request.peer,
                 request.method + ' ' + request.path, why);
  auto reply = error_reply(400, why);
  reply.last = true;
  to(std::move(reply));
}

void request_handler::note_origin(const http_request& request,
                                  std::string_view why) {
  note_bad_input(*backend_.stats, *backend_.log, counters::fault::origin,
                 request.peer, request.method + ' ' + request.path,
                 std::string{why} + ": " + request.origin.value_or("none"));
}

void request_handler::refuse_origin(const http_request& request,
                                    std::string_view why, const responder& to) {
  note_origin(request, why);
  to(error_reply(403, why));
}

void request_handler::upgrade(const route& where, const http_request& request,
                              const restinio_request& raw,
                              const responder& to) {
  const auto& header = raw->header();
  auto field = [&](const char* name) {
    return header.has_field(name) ? header.get_field(name) : std::string{};
  };
  auto refuse = [&](std::uint16_t status, std::string_view why) {
    note_bad_input(*backend_.stats, *backend_.log, counters::fault::handshake,
                   request.peer, request.method + ' ' + request.path, why);
    return error_reply(status, why);
  };
  auto upgrade_required = [&](std::string_view why) {
    auto reply = refuse(426, why);
    reply.headers.emplace_back("Upgrade", "websocket");
    reply.headers.emplace_back("Sec-WebSocket-Version", "13");
    to(std::move(reply));
  };
  if (header.method() != restinio::http_method_get()
      || !asks_for_websocket(field("Upgrade"), field("Connection")))
    return upgrade_required("this path is a WebSocket");
  if (field("Sec-WebSocket-Version") != "13")
    return upgrade_required("the WebSocket version must be 13");
  auto key = field("Sec-WebSocket-Key");
  if (!is_websocket_key(key))
    return to(refuse(400, "Sec-WebSocket-Key must be 16 bytes in base64"));
  if (auto input = gate_.current(); input && input->is_http_1_0())
    return to(refuse(400, "a WebSocket needs HTTP/1.1"));
  if (!origins_.allowed(request.origin))
    return refuse_origin(request, "this page may not connect", to);
  if (backend_.draining)
    return to(error_reply(503, "the node is going down"));
  auto target = where.upgrade(backend_, request);
  if (auto* reply = std::get_if<http_reply>(&target))
    return to(std::move(*reply));
  std::variant<std::shared_ptr<void>, http_reply> entered;
  // Else those who come from this host could make the node seem ill.
  if (!probed_by(request))
    entered = guard_.enter(request);
  if (auto* reply = std::get_if<http_reply>(&entered))
    return to(std::move(*reply));
  auto connection = std::move(restinio::impl::access_req_connection(*raw));
  auto* typed = dynamic_cast<restinio_connection*>(connection.get());
  if (typed == nullptr)
    return;
  auto parts = typed->move_upgrade_internals();
  auto pass = parts.m_socket.take_pass();
  std::string unread{parts.m_socket.input().behind_upgrade(key)};
  using both =
    std::pair<decltype(parts.m_lifetime_monitor), std::shared_ptr<void>>;
  auto held =
    std::make_shared<both>(std::move(parts.m_lifetime_monitor),
                           std::move(std::get<std::shared_ptr<void>>(entered)));
  auto& x = std::get<ws_route_target>(target);
  sessions_.open(std::move(static_cast<tls_socket&>(parts.m_socket)),
                 std::move(pass), std::move(held),
                 switching_protocols(
                   std::move(key),
                   bearer_protocol(request.protocols).empty() ? "" : "bearer"),
                 unread, x.max_message, std::move(x.endpoint), request.who.key,
                 request.peer == request.address ? request.peer : "");
}

void request_handler::write(restinio_request& request, http_reply x,
                            const origins::origin& origin, bool head,
                            const std::shared_ptr<http_input>& input,
                            const timed_request& timed) {
  // Without its connection there is nobody to answer: it became a WebSocket.
  if (!restinio::impl::access_req_connection(*request))
    return backend_.metrics->end(timed, 101);
  backend_.metrics->end(timed, x.status);
  origins_.mark(x, origin);
  restinio::http_status_line_t line{restinio::http_status_code_t{x.status},
                                    std::string{status_text(x.status)}};
  auto fill = [&](auto& to) {
    to.append_header(restinio::http_field::content_type, x.type);
    for (const auto& [name, value] : x.headers)
      to.append_header(name, value);
    // An upgrade that was refused leaves the parser past its end.
    if (x.last || backend_.draining || (input && input->reserved)
        || request->header().connection()
             == restinio::http_connection_header_t::upgrade)
      to.connection_close();
  };
  auto written = [input](const asio::error_code&) {
    if (input)
      input->answered();
  };
  // A 304 has the headers of the 200 that it stands for, its length too.
  if (head || x.status == 304) {
    auto to = request->create_response<restinio::user_controlled_output_t>(
      std::move(line));
    fill(to);
    to.set_content_length(x.shared ? x.shared->size() : x.body.size());
    to.done(written);
    return;
  }
  auto to = request->create_response(std::move(line));
  fill(to);
  if (x.shared)
    to.set_body(std::move(x.shared));
  else
    to.set_body(std::move(x.body));
  to.done(written);
}

} // namespace livegrid
