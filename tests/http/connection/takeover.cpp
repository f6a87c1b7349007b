#define CAF_SUITE http.connection.takeover

#include "livegrid/http/connection/takeover.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/write.hpp>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/connection/http_input.hpp"
#include "livegrid/http/connection/restinio_traits.hpp"
#include "wait.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

constexpr std::string_view upgrade_request = "GET /ticks HTTP/1.1\r\n"
                                             "Host: node\r\n"
                                             "Connection: Upgrade\r\n"
                                             "Upgrade: websocket\r\n\r\n";

/// A server of RESTinio's on a loop that a test turns itself.
template <class Traits>
struct served {
  using server_type = restinio::http_server_t<Traits>;

  asio::io_context loop;
  std::function<restinio::request_handling_status_t(restinio::request_handle_t)>
    on_request = [](auto) { return restinio::request_rejected(); };
  asio::ip::tcp::endpoint where;

  template <class Logger>
  void open(Logger* log) {
    auto server = std::make_shared<server_type>(
      restinio::external_io_context(loop), [&](auto& x) {
        x.address(asio::ip::make_address("127.0.0.1"))
          .port(0)
          .acceptor_post_bind_hook([this](asio::ip::tcp::acceptor& acceptor) {
            where = acceptor.local_endpoint();
          })
          .request_handler(
            [this](auto request) { return on_request(std::move(request)); })
          .logger(log)
          .max_parallel_connections(1)
          .separate_accept_and_create_connect(false)
          .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}
                                      .max_url_size(64)
                                      .max_field_name_size(32)
                                      .max_field_value_size(1000)
                                      .max_field_count(4)
                                      .max_body_size(16));
      });
    // Its connections refer to it until the loop has dropped them.
    asio::use_service<connection_gate>(loop).keep(server);
    server->open_async([] {}, [](auto) { give_up("it does not open"); });
    until("it listens", [this] { return where.port() != 0; });
  }

  /// Runs what is ready.
  void turn() {
    // It has stopped if there was nothing to wait for.
    loop.restart();
    loop.poll();
  }

  template <class Ready>
  void until(std::string_view what, Ready ready) {
    wait_until(what, [&] {
      turn();
      return ready();
    });
  }

  asio::ip::tcp::socket connect_and_send(std::string_view text) {
    asio::ip::tcp::socket client{loop};
    client.connect(where);
    asio::write(client, asio::buffer(text.data(), text.size()));
    client.non_blocking(true);
    return client;
  }

  /// All that the client gets up to that size, or to the end.
  std::string receive(asio::ip::tcp::socket& client, std::size_t size) {
    std::string result;
    until("an answer", [&] {
      char some[256];
      asio::error_code ec;
      auto n = client.read_some(asio::buffer(some), ec);
      result.append(some, n);
      return result.size() >= size || (ec && ec != asio::error::would_block);
    });
    return result;
  }
};

// -- the words of RESTinio's log ----------------------------------------------

/// Keeps what RESTinio calls an error.
class kept_log {
public:
  explicit kept_log(std::vector<std::string>* lines) : lines_(lines) {
    // nop
  }

  template <class Message>
  void trace(Message&&) noexcept {
    // nop
  }

  template <class Message>
  void info(Message&&) noexcept {
    // nop
  }

  template <class Message>
  void warn(Message&&) noexcept {
    // nop
  }

  template <class Message>
  void error(Message&& message) {
    lines_->emplace_back(message());
  }

private:
  std::vector<std::string>* lines_;
};

/// RESTinio as it is, without our socket.
using plain_traits =
  restinio::single_thread_traits_t<restinio::asio_timer_manager_t, kept_log>;

struct plain_traits_with_limit : plain_traits {
  static constexpr bool use_connection_count_limiter = true;
};

// -- connections that are taken over ------------------------------------------

struct takeover_fixture : served<restinio_traits> {
  counters_ptr stats = std::make_shared<counters>();
  connection_gate& gate = asio::use_service<connection_gate>(loop);
  std::vector<restinio::request_handle_t> requests;

  takeover_fixture() {
    gate.configure({.max_open = 10,
                    .max_body = 16,
                    .max_buffered = 100'000,
                    .stats = stats,
                    .log = std::make_shared<logger>(log_level::error),
                    .more_headers = [](const auto&) { return std::string{}; },
                    .on_head =
                      [](http_input& from, const request_head&) {
                        from.set_request({});
                        return std::optional<http_reply>{};
                      }});
    on_request = [this](restinio::request_handle_t x) {
      gate.current()->take_request();
      gate.current()->note_upgrade();
      requests.emplace_back(std::move(x));
      return restinio::request_accepted();
    };
    open(&gate);
  }

  std::optional<taken_connection> take_next() {
    until("a request", [this] { return !requests.empty(); });
    auto request = std::move(requests.front());
    requests.erase(requests.begin());
    CAF_CHECK(is_connected(*request));
    auto result = take_over(*request);
    CAF_CHECK(!is_connected(*request));
    CAF_CHECK(!take_over(*request));
    return result;
  }
};

} // namespace

CAF_TEST(what RESTinio tells its log says why it gave a client up) {
  struct {
    std::string sent;
    parse_fault fault;
  } cases[]{
    {"GARBAGE\r\n\r\n", parse_fault::bad_request},
    {"GET / HTTP/1.1\r\nno field\r\n\r\n", parse_fault::bad_request},
    {"GET /" + std::string(100, 'a') + " HTTP/1.1\r\n\r\n",
     parse_fault::url_too_long},
    {"GET / HTTP/1.1\r\n" + std::string(100, 'a') + ": b\r\n\r\n",
     parse_fault::header_too_big},
    {"GET / HTTP/1.1\r\na: " + std::string(2000, 'b') + "\r\n\r\n",
     parse_fault::header_too_big},
    {"GET / HTTP/1.1\r\na: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\ne: 5\r\n\r\n",
     parse_fault::header_too_big},
    {"POST / HTTP/1.1\r\nContent-Length: 17\r\n\r\n" + std::string(17, 'a'),
     parse_fault::body_too_big},
    {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n"
       + std::string(17, 'a') + "\r\n0\r\n\r\n",
     parse_fault::body_too_big},
  };
  std::vector<std::string> lines;
  served<plain_traits_with_limit> server;
  server.open(&lines);
  for (const auto& c : cases) {
    CAF_MESSAGE(c.sent.substr(0, 60));
    lines.clear();
    auto client = server.connect_and_send(c.sent);
    server.until("a line", [&] { return !lines.empty(); });
    CAF_MESSAGE(lines.front());
    CAF_CHECK(parser_log::fault_of(lines.front()) == c.fault);
  }
}

CAF_TEST(what is no fault of the parser says nothing) {
  for (auto line : {"", "[connection:1] read socket error: reset",
                    "[connection:1] unexpected exception during the handling"})
    CAF_CHECK(parser_log::fault_of(line) == parse_fault::none);
}

CAF_TEST_FIXTURE_SCOPE(takeover_tests, takeover_fixture)

CAF_TEST(a connection that is taken over is ours in both directions) {
  auto client =
    connect_and_send(std::string{upgrade_request} + "what came behind it");
  auto taken = take_next();
  CAF_REQUIRE(taken);
  CAF_CHECK_EQUAL(taken->unread, "what came behind it");
  CAF_CHECK(taken->socket.is_open());
  CAF_CHECK(static_cast<bool>(taken->place));
  CAF_CHECK_EQUAL(taken->socket.write_now("ours", 4), 4);
  CAF_CHECK_EQUAL(receive(client, 4), "ours");
  asio::write(client, asio::buffer(std::string{"yours"}));
  char some[16];
  until("its bytes",
        [&] { return taken->socket.read_now(some, sizeof(some)) == 5; });
}

CAF_TEST(the gate counts a connection that is taken over until it goes) {
  auto client = connect_and_send(upgrade_request);
  auto taken = take_next();
  CAF_CHECK_EQUAL(get(stats->connections), 1u);
  taken.reset();
  CAF_CHECK_EQUAL(get(stats->connections), 0u);
}

CAF_TEST(RESTinio has room for another one when it goes) {
  auto first = connect_and_send(upgrade_request);
  auto taken = take_next();
  auto second = connect_and_send(upgrade_request);
  turn();
  CAF_CHECK(requests.empty());
  taken.reset();
  CAF_CHECK(take_next().has_value());
}

CAF_TEST_FIXTURE_SCOPE_END()
