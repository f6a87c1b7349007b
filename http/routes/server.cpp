#include "livegrid/http/routes/server.hpp"

#include <netinet/tcp.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>

#include "livegrid/actors/base/address_range.hpp"
#include "livegrid/http/access/access_guard.hpp"
#include "livegrid/http/health/health_check.hpp"
#include "livegrid/http/health/symbol_finder.hpp"
#include "livegrid/http/metrics/metrics.hpp"
#include "livegrid/http/routes/request_handler.hpp"
#include "livegrid/http/routes/route_table.hpp"
#include "livegrid/http/system/descriptor_limit.hpp"
#include "livegrid/http/tls/https_certificate.hpp"

namespace livegrid {

namespace {

/// The parser holds no more than 80 KiB of request line and headers.
constexpr std::size_t max_url = 72 * 1024;
constexpr std::size_t max_header_name = 256;
constexpr std::size_t max_header_value = 16 * 1024;
constexpr std::size_t max_headers = 100;

using user_timeout =
  asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;

/// One address may have that part of all connections, unless told otherwise.
constexpr std::uint64_t default_share = 4;

/// And no fewer than these, which a few browsers have.
constexpr std::uint64_t least_share = 16;

/// Requests of one connection that may be under way.
constexpr std::size_t max_pipelined = 64;

} // namespace

class http_server::impl : public std::enable_shared_from_this<impl> {
public:
  impl(server_handles all, const settings& values);

  expected<void, std::string> prepare();

  expected<std::uint16_t, listen_fault> open();

  const access_guard& guard() const {
    return guard_;
  }

  void set_fed();

  void drain(std::chrono::milliseconds patience);

  /// Lives on for connections that the loop still has.
  void retire() {
    gate_.keep(shared_from_this());
  }

private:
  /// How long a peer may acknowledge nothing of what it was sent.
  int user_timeout_ms() const;

  /// Sets how many connections one address may have.
  /// @param all that there may be.
  void limit_addresses(std::uint64_t all);

  /// Makes what proves that a subscriber is served there.
  std::shared_ptr<health_check>
  make_health_check(const asio::ip::tcp::endpoint& listening) const;

  /// Those of the settings, and the node's own at that port.
  void allow_origins(std::uint16_t port);

  /// What routes are made of.
  route_table::handles make_handles();

  void configure_gate(std::uint64_t limit);

  void watch_keys();

  server_handles all_;
  settings settings_;
  connection_gate& gate_;
  server_state state_;
  access_guard guard_;
  std::shared_ptr<metrics> metrics_;
  ws_sessions sessions_;
  route_table routes_;
  std::shared_ptr<request_handler> requests_;
  std::uint64_t max_accepted_ = 0;
  std::optional<https_certificate> certificate_;
  std::unique_ptr<restinio::http_server_t<restinio_traits>> server_;
};

http_server::impl::impl(server_handles all, const settings& values)
  : all_(std::move(all)),
    settings_(values),
    gate_(asio::use_service<connection_gate>(all_.loop.context())),
    guard_(all_.loop.context(), values, all_.stats, all_.log),
    metrics_(std::make_shared<metrics>(all_.stats)),
    sessions_(all_.loop.context(), all_.stats, all_.log,
              values.ws.ping_interval, values.ws.send_buffer),
    routes_(make_handles()),
    requests_(
      std::make_shared<request_handler>(request_handles{.loop = all_.loop,
                                                        .state = state_,
                                                        .routes = routes_.all(),
                                                        .guard = guard_,
                                                        .sessions = sessions_,
                                                        .metrics = *metrics_,
                                                        .stats = all_.stats,
                                                        .log = all_.log},
                                        values)) {
  auto limit =
    fit_below_descriptor_limit(values.http.max_connections, *all_.log);
  configure_gate(limit);
  limit_addresses(limit);
  metrics_->watch(gate_.budget());
  max_accepted_ = limit + connection_gate::max_reserved + overflow_connections;
  watch_keys();
}

route_table::handles http_server::impl::make_handles() {
  auto& context = all_.loop.context();
  return {.loop = context,
          .guard = guard_,
          .ingress = all_.ingress,
          .max_body = settings_.http.max_body,
          .info = {.state = state_,
                   .gate = gate_,
                   .stats = all_.stats,
                   .metrics = std::make_shared<shared_text>(
                     all_.sys, context, [x = metrics_] { return x->text(); }),
                   .is_member = all_.is_member},
          .rows = {.market = all_.market,
                   .grid = all_.grid,
                   .directory = all_.directory,
                   .widgets = all_.widgets,
                   .questions = std::make_shared<question_gate>(context),
                   .max_message = settings_.ws.max_message,
                   .max_rows = settings_.http.max_rows,
                   .subscribers = {.sys = all_.sys,
                                   .loop = all_.loop,
                                   .guard = guard_,
                                   .fanout = all_.fanout,
                                   .stats = all_.stats,
                                   .probe_stats = std::make_shared<counters>(),
                                   .log = all_.log}}};
}

void http_server::impl::configure_gate(std::uint64_t limit) {
  gate_.configure({.max_open = limit,
                   .max_body = settings_.http.max_body,
                   .max_buffered = settings_.http.max_buffered,
                   .stats = all_.stats,
                   .log = all_.log,
                   .more_headers =
                     [this](const std::optional<std::string>& origin) {
                       return requests_->header_lines(origin);
                     },
                   .on_head =
                     [this](http_input& from, const request_head& x) {
                       return requests_->on_head(from, x);
                     }});
}

void http_server::impl::watch_keys() {
  if (guard_.on())
    guard_.on_change = [this] {
      sessions_.close_if(
        [this](const access_key& x) { return !guard_.still_good(x); },
        "the key is no longer good");
    };
}

expected<void, std::string> http_server::impl::prepare() {
  if (auto started = guard_.start(); !started)
    return unexpected{"access.keys-file: " + started.error()};
  if (settings_.http.secure()) {
    certificate_.emplace(all_.loop.context(), settings_.http.tls_cert,
                         settings_.http.tls_key, all_.stats, all_.log);
    if (auto started = certificate_->start(); !started)
      return unexpected{"http.tls-cert: " + started.error()};
    gate_.secure([this] { return certificate_->accept(); });
  }
  return {};
}

expected<std::uint16_t, listen_fault> http_server::impl::open() {
  std::uint16_t port = 0;
  const auto& address = settings_.http.address;
  auto where =
    (address.find(':') == std::string::npos ? address : '[' + address + ']')
    + ':' + std::to_string(settings_.http.port);
  try {
    using namespace std::chrono_literals;
    server_ = std::make_unique<restinio::http_server_t<restinio_traits>>(
      restinio::external_io_context(all_.loop.context()), [&](auto& x) {
        x.address(asio::ip::make_address(address))
          .protocol(asio::ip::make_address(address).is_v6()
                      ? asio::ip::tcp::v6()
                      : asio::ip::tcp::v4())
          .port(settings_.http.port)
          .acceptor_post_bind_hook([&](asio::ip::tcp::acceptor& acceptor) {
            port = acceptor.local_endpoint().port();
            // Before the first request can come.
            allow_origins(port);
            state_.health = make_health_check(acceptor.local_endpoint());
          })
          .request_handler([this](auto request) {
            return requests_->on_request(std::move(request));
          })
          // Else a publisher's answer waits for its next request.
          .socket_options_setter([this](auto& options) {
            asio::error_code gone;
            options.set_option(asio::ip::tcp::no_delay{true}, gone);
            // Nor does the kernel keep what nobody acknowledges any more.
            options.set_option(user_timeout{user_timeout_ms()}, gone);
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
    const auto* by_system = dynamic_cast<const std::system_error*>(&x);
    return unexpected{listen_fault{
      "cannot listen on " + std::string{scheme(settings_)} + where + ": "
        + x.what(),
      by_system && by_system->code() == asio::error::access_denied}};
  }
  return port;
}

std::shared_ptr<health_check> http_server::impl::make_health_check(
  const asio::ip::tcp::endpoint& listening) const {
  const auto& all = all_.widgets.widgets;
  auto live = std::find_if(all.begin(), all.end(),
                           [](const auto& x) { return !x.ws_path.empty(); });
  return std::make_shared<health_check>(
    all_.loop.context(),
    probe_config{.find_symbol =
                   find_oldest(all_.sys, all_.loop, all_.market, all_.grid),
                 .where = reachable(listening),
                 .target = live == all.end() ? "" : live->ws_path,
                 .tls = certificate_ ? make_probe_context() : nullptr},
    all_.log);
}

int http_server::impl::user_timeout_ms() const {
  // No shorter than WebSockets and answers may take: those who are only slow
  // are for them to judge.
  auto longest = std::max<std::chrono::milliseconds>(
    2 * settings_.ws.ping_interval, std::chrono::seconds{90});
  return static_cast<int>(longest.count());
}

void http_server::impl::limit_addresses(std::uint64_t all) {
  // See limit_or in setting.cpp for what 0 and the largest number mean.
  auto chosen = settings_.access.address.connections;
  // Proxies have those of all their clients.
  auto exempt = settings_.http.trusted_proxies;
  if (chosen == 0)
    exempt += (exempt.empty() ? "" : ",") + std::string{"127.0.0.0/8,::1"};
  gate_.limit_addresses(
    chosen != 0 ? chosen : std::max(least_share, all / default_share),
    *address_ranges::parse(exempt), [this](const tls_socket& x) {
      return state_.health && state_.health->is_own(x);
    });
}

void http_server::impl::allow_origins(std::uint16_t port) {
  auto own = own_origins(settings_, port);
  if (asio::ip::make_address(settings_.http.address).is_unspecified())
    for (auto& more : interface_origins(settings_, port))
      own.emplace_back(std::move(more));
  auto allowed = settings_.http.allowed_origins;
  allowed.insert(allowed.end(), own.begin(), own.end());
  requests_->allow(std::move(allowed), std::move(own));
}

void http_server::impl::set_fed() {
  asio::post(all_.loop.context(),
             [me = shared_from_this()] { me->state_.fed = true; });
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
  asio::steady_timer again{all_.loop.context()};
  std::function<void(bool)> look = [&](bool first) {
    if (first) {
      state_.draining = true;
      if (server_)
        server_->close_sync();
      caf::anon_send(all_.fanout, drain_atom_v);
    } else {
      // Whoever still has something to get at half time is closed as it is.
      sessions_.close_all(std::chrono::steady_clock::now() + patience / 2
                          < deadline);
      // Whoever has posted ticks is told what became of them.
      if ((sessions_.size() == 0 && requests_->under_way() == 0)
          || std::chrono::steady_clock::now() >= deadline) {
        sessions_.drop_all();
        finish();
        return;
      }
    }
    again.expires_after(std::chrono::milliseconds{5});
    again.async_wait([&](const asio::error_code&) { look(false); });
  };
  asio::post(all_.loop.context(), [&] { look(true); });
  std::unique_lock guard{mutex};
  changed.wait(guard, [&] { return done; });
}

http_server::http_server(server_handles all, const settings& values)
  : impl_(std::make_shared<impl>(std::move(all), values)) {
  // nop
}

http_server::~http_server() {
  impl_->retire();
}

expected<void, std::string> http_server::prepare() {
  return impl_->prepare();
}

expected<std::uint16_t, listen_fault> http_server::open() {
  return impl_->open();
}

const access_guard& http_server::guard() const {
  return impl_->guard();
}

void http_server::set_fed() {
  impl_->set_fed();
}

void http_server::drain(std::chrono::milliseconds patience) {
  impl_->drain(patience);
}

} // namespace livegrid
