#include "livegrid/http/server.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "livegrid/counters.hpp"
#include "livegrid/http/descriptor_limit.hpp"
#include "livegrid/http/endpoint_text.hpp"
#include "livegrid/http/restinio_traits.hpp"
#include "livegrid/http/status_text.hpp"
#include "livegrid/http/ws_handshake.hpp"
#include "livegrid/log.hpp"

namespace livegrid {

namespace {

using restinio_request = restinio::request_handle_t;
using restinio_connection = restinio::impl::connection_t<restinio_traits>;

/// The parser holds no more than 80 KiB of request line and headers.
constexpr std::size_t max_url = 64 * 1024;
constexpr std::size_t max_header_name = 256;
constexpr std::size_t max_header_value = 16 * 1024;
constexpr std::size_t max_headers = 100;

/// Requests of one connection that may be under way.
constexpr std::size_t max_pipelined = 64;

} // namespace

class http_server::impl : public std::enable_shared_from_this<impl> {
public:
  impl(io_loop& loop, backend parts, const settings& values)
    : loop_(loop),
      backend_(std::move(parts)),
      settings_(values),
      origins_({}),
      sessions_(loop.context(), backend_.stats, values.ws.ping_interval,
                values.ws.send_buffer),
      gate_(asio::use_service<connection_gate>(loop.context())),
      api_(describe_api(backend_.widgets.widgets)),
      routes_(make_routes(backend_.widgets, api_)) {
    auto limit =
      fit_below_descriptor_limit(values.http.max_connections, *backend_.log);
    gate_.configure(limit, backend_.stats,
                    [this](const std::optional<std::string>& origin) {
                      http_reply x;
                      origins_.mark(x, origin);
                      std::string result;
                      for (const auto& [name, value] : x.headers)
                        result += name + ": " + value + "\r\n";
                      return result;
                    });
    backend_.has_room = [this] { return !gate_.full(); };
    backend_.metrics = std::make_shared<metrics>(backend_.stats);
    max_accepted_ = limit + overflow_connections;
  }

  std::variant<std::uint16_t, std::string> open();

  void set_fed();

  void drain(std::chrono::milliseconds patience);

  /// Lives on for connections that the loop still has.
  void retire() {
    gate_.keep(shared_from_this());
  }

private:
  /// Makes what proves that a subscriber is served there.
  std::shared_ptr<health_check>
  make_health_check(const asio::ip::tcp::endpoint& listening) const;

  /// Those of the settings, and the node's own at that port.
  void allow_origins(std::uint16_t port);

  restinio::request_handling_status_t on_request(restinio_request request);

  http_request read(const restinio_request& request) const;

  void dispatch(const route* where, const http_request& request,
                const restinio_request& raw, const responder& to);

  /// Answers a page that is not allowed to do that.
  void refuse_origin(std::string_view why, const responder& to);

  void upgrade(const route& where, const http_request& request,
               const restinio_request& raw, const responder& to);

  void write(restinio_request& request, http_reply x,
             const origins::origin& origin, bool head,
             const std::shared_ptr<http_input>& input,
             const timed_request& timed);

  io_loop& loop_;
  backend backend_;
  settings settings_;
  origins origins_;
  ws_sessions sessions_;
  connection_gate& gate_;
  api_description api_;
  std::vector<route> routes_;
  std::uint64_t max_accepted_ = 0;
  std::unique_ptr<restinio::http_server_t<restinio_traits>> server_;
};

std::variant<std::uint16_t, std::string> http_server::impl::open() {
  std::uint16_t port = 0;
  const auto& address = settings_.http.address;
  auto where =
    (address.find(':') == std::string::npos ? address : '[' + address + ']')
    + ':' + std::to_string(settings_.http.port);
  try {
    using namespace std::chrono_literals;
    server_ = std::make_unique<restinio::http_server_t<restinio_traits>>(
      restinio::external_io_context(loop_.context()), [&](auto& x) {
        x.address(asio::ip::make_address(address))
          .protocol(asio::ip::make_address(address).is_v6()
                      ? asio::ip::tcp::v6()
                      : asio::ip::tcp::v4())
          .port(settings_.http.port)
          .acceptor_post_bind_hook([&](asio::ip::tcp::acceptor& acceptor) {
            port = acceptor.local_endpoint().port();
            // Before the first request can come.
            allow_origins(port);
            backend_.health = make_health_check(acceptor.local_endpoint());
          })
          .request_handler(
            [this](auto request) { return on_request(std::move(request)); })
          // Else a publisher's answer waits for its next request.
          .socket_options_setter([](auto& options) {
            asio::error_code gone;
            options.set_option(asio::ip::tcp::no_delay{true}, gone);
          })
          .logger(&gate_)
          .max_parallel_connections(max_accepted_)
          .concurrent_accepts_count(8)
          .max_pipelined_requests(max_pipelined)
          .buffer_size(8 * 1024)
          .read_next_http_message_timelimit(60s)
          .write_http_response_timelimit(30s)
          .handle_request_timeout(30s)
          .separate_accept_and_create_connect(false)
          .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}
                                      .max_url_size(max_url)
                                      .max_field_name_size(max_header_name)
                                      .max_field_value_size(max_header_value)
                                      .max_field_count(max_headers)
                                      .max_body_size(settings_.http.max_body));
      });
    server_->open_sync();
  } catch (const std::exception& x) {
    return "cannot listen on http://" + where + ": " + x.what();
  }
  return port;
}

std::shared_ptr<health_check> http_server::impl::make_health_check(
  const asio::ip::tcp::endpoint& listening) const {
  const auto& all = backend_.widgets.widgets;
  auto live = std::find_if(all.begin(), all.end(),
                           [](const auto& x) { return !x.ws_path.empty(); });
  return std::make_shared<health_check>(
    loop_.context(),
    probe_config{.find_symbol = find_oldest(backend_.sys, backend_.loop,
                                            backend_.market, backend_.grid),
                 .where = reachable(listening),
                 .target = live == all.end() ? "" : live->ws_path},
    backend_.log);
}

void http_server::impl::allow_origins(std::uint16_t port) {
  auto allowed = settings_.http.allowed_origins;
  if (asio::ip::make_address(settings_.http.address).is_unspecified())
    for (auto& own : interface_origins(port))
      allowed.emplace_back(std::move(own));
  for (auto& own : own_origins(settings_, port))
    allowed.emplace_back(std::move(own));
  origins_ = origins{std::move(allowed)};
}

// -- requests -----------------------------------------------------------------

http_request http_server::impl::read(const restinio_request& request) const {
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
  result.peer = endpoint_text(request->remote_endpoint());
  result.body = request->body();
  return result;
}

restinio::request_handling_status_t
http_server::impl::on_request(restinio_request raw) {
  auto request = read(raw);
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
        me->write(raw, std::move(x), origin, head, input, timed);
      });
  }};
  dispatch(where, request, raw, to);
  return restinio::request_accepted();
}

void http_server::impl::dispatch(const route* where,
                                 const http_request& request,
                                 const restinio_request& raw,
                                 const responder& to) {
  const auto& header = raw->header();
  if (request.method == "OPTIONS") {
    if (!origins_.allowed(request.origin))
      add(backend_.stats->of(counters::fault::origin));
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
      return refuse_origin("this page may not publish", to);
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

void http_server::impl::refuse_origin(std::string_view why,
                                      const responder& to) {
  add(backend_.stats->of(counters::fault::origin));
  to(error_reply(403, why));
}

void http_server::impl::upgrade(const route& where, const http_request& request,
                                const restinio_request& raw,
                                const responder& to) {
  const auto& header = raw->header();
  auto field = [&](const char* name) {
    return header.has_field(name) ? header.get_field(name) : std::string{};
  };
  auto refuse = [&](http_reply x) {
    add(backend_.stats->of(counters::fault::handshake));
    to(std::move(x));
  };
  auto upgrade_required = [&](std::string_view why) {
    auto reply = error_reply(426, why);
    reply.headers.emplace_back("Upgrade", "websocket");
    reply.headers.emplace_back("Sec-WebSocket-Version", "13");
    refuse(std::move(reply));
  };
  if (header.method() != restinio::http_method_get()
      || !asks_for_websocket(field("Upgrade"), field("Connection")))
    return upgrade_required("this path is a WebSocket");
  if (field("Sec-WebSocket-Version") != "13")
    return upgrade_required("the WebSocket version must be 13");
  auto key = field("Sec-WebSocket-Key");
  if (!is_websocket_key(key))
    return refuse(
      error_reply(400, "Sec-WebSocket-Key must be 16 bytes in base64"));
  if (auto input = gate_.current(); input && input->is_http_1_0())
    return refuse(error_reply(400, "a WebSocket needs HTTP/1.1"));
  if (!origins_.allowed(request.origin))
    return refuse_origin("this page may not connect", to);
  if (backend_.draining)
    return to(error_reply(503, "the node is going down"));
  auto target = where.upgrade(backend_, request);
  if (auto* reply = std::get_if<http_reply>(&target))
    return to(std::move(*reply));
  auto connection = std::move(restinio::impl::access_req_connection(*raw));
  auto* typed = dynamic_cast<restinio_connection*>(connection.get());
  if (typed == nullptr)
    return;
  auto parts = typed->move_upgrade_internals();
  auto pass = parts.m_socket.take_pass();
  std::string unread{parts.m_socket.input().behind_upgrade(key)};
  auto held = std::make_shared<decltype(parts.m_lifetime_monitor)>(
    std::move(parts.m_lifetime_monitor));
  auto& x = std::get<ws_route_target>(target);
  sessions_.open(std::move(static_cast<asio::ip::tcp::socket&>(parts.m_socket)),
                 std::move(pass), std::move(held),
                 switching_protocols(std::move(key)), unread, x.max_message,
                 std::move(x.endpoint));
}

void http_server::impl::write(restinio_request& request, http_reply x,
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
    if (backend_.draining
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
    to.set_content_length(x.body.size());
    to.done(written);
    return;
  }
  auto to = request->create_response(std::move(line));
  fill(to);
  to.set_body(std::move(x.body));
  to.done(written);
}

void http_server::impl::set_fed() {
  asio::post(loop_.context(),
             [me = shared_from_this()] { me->backend_.fed = true; });
}

// -- the end ------------------------------------------------------------------

void http_server::impl::drain(std::chrono::milliseconds patience) {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  auto finish = [&] {
    std::lock_guard guard{mutex};
    done = true;
    changed.notify_one();
  };
  // Looks again every few milliseconds until nobody is left.
  auto deadline = std::chrono::steady_clock::now() + patience;
  asio::steady_timer again{loop_.context()};
  std::function<void(bool)> look = [&](bool first) {
    if (first) {
      backend_.draining = true;
      if (server_)
        server_->close_sync();
      caf::anon_send(backend_.fanout, drain_atom_v);
    } else {
      // Whoever still has something to get at half time is closed as it is.
      sessions_.close_all(std::chrono::steady_clock::now() + patience / 2
                          < deadline);
      if (sessions_.size() == 0
          || std::chrono::steady_clock::now() >= deadline) {
        sessions_.drop_all();
        finish();
        return;
      }
    }
    again.expires_after(std::chrono::milliseconds{5});
    again.async_wait([&](const asio::error_code&) { look(false); });
  };
  asio::post(loop_.context(), [&] { look(true); });
  std::unique_lock guard{mutex};
  changed.wait(guard, [&] { return done; });
}

http_server::http_server(io_loop& loop, backend parts, const settings& values)
  : impl_(std::make_shared<impl>(loop, std::move(parts), values)) {
  // nop
}

http_server::~http_server() {
  impl_->retire();
}

std::variant<std::uint16_t, std::string> http_server::open() {
  return impl_->open();
}

void http_server::set_fed() {
  impl_->set_fed();
}

void http_server::drain(std::chrono::milliseconds patience) {
  impl_->drain(patience);
}

} // namespace livegrid
