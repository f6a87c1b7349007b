#define CAF_SUITE http.connection.takeover

#include "livegrid/http/connection/takeover.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/connection/http_input.hpp"
#include "livegrid/http/connection/restinio_traits.hpp"
#include "restinio_server.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

constexpr std::string_view upgrade_request = "GET /ticks HTTP/1.1\r\n"
                                             "Host: node\r\n"
                                             "Connection: Upgrade\r\n"
                                             "Upgrade: websocket\r\n\r\n";

// -- the words of RESTinio's log ----------------------------------------------

/// Keeps what RESTinio calls an error.
class kept_log : public error_log {
public:
  explicit kept_log(std::vector<std::string>* lines) : lines_(lines) {
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

struct takeover_fixture {
  asio::io_context loop;
  restinio_server<restinio_traits> server{loop};
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
    server.on_request = [this](restinio::request_handle_t x) {
      gate.current()->take_request();
      gate.current()->note_upgrade();
      requests.emplace_back(std::move(x));
      return restinio::request_accepted();
    };
    server.open(&gate);
  }

  std::optional<taken_connection> take_next() {
    server.until("a request", [this] { return !requests.empty(); });
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
  std::string many_fields;
  for (int i = 0; i < 9; ++i)
    many_fields += "a: 1\r\n";
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
    {"GET / HTTP/1.1\r\n" + many_fields + "\r\n", parse_fault::header_too_big},
    {"POST / HTTP/1.1\r\nContent-Length: 17\r\n\r\n" + std::string(17, 'a'),
     parse_fault::body_too_big},
    {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n"
       + std::string(17, 'a') + "\r\n0\r\n\r\n",
     parse_fault::body_too_big},
  };
  std::vector<std::string> lines;
  asio::io_context loop;
  restinio_server<plain_traits_with_limit> server{loop};
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
  auto client = server.connect_and_send(std::string{upgrade_request}
                                        + "what came behind it");
  auto taken = take_next();
  CAF_REQUIRE(taken);
  CAF_CHECK_EQUAL(taken->unread, "what came behind it");
  CAF_CHECK(taken->socket.is_open());
  CAF_CHECK(static_cast<bool>(taken->place));
  CAF_CHECK_EQUAL(taken->socket.write_now("ours", 4), 4);
  CAF_CHECK_EQUAL(server.receive(client, "ours"), "ours");
  asio::write(client, asio::buffer(std::string{"yours"}));
  char some[16];
  server.until("its bytes",
               [&] { return taken->socket.read_now(some, sizeof(some)) == 5; });
}

CAF_TEST(the gate counts a connection that is taken over until it goes) {
  auto client = server.connect_and_send(upgrade_request);
  auto taken = take_next();
  CAF_CHECK_EQUAL(get(stats->connections), 1u);
  taken.reset();
  CAF_CHECK_EQUAL(get(stats->connections), 0u);
}

CAF_TEST(RESTinio has room for another one when it goes) {
  auto first = server.connect_and_send(upgrade_request);
  auto taken = take_next();
  auto second = server.connect_and_send(upgrade_request);
  server.turn();
  CAF_CHECK(requests.empty());
  taken.reset();
  CAF_CHECK(take_next().has_value());
}

CAF_TEST_FIXTURE_SCOPE_END()
