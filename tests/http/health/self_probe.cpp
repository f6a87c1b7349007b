#define CAF_SUITE http.health.self_probe

#include "livegrid/http/health/self_probe.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/http/websocket/ws_frame.hpp"

#include "scripted_listener.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using connection = scripted_listener::connection;

constexpr const char* one_row = R"({"symbol":"AAPL","price":150})";

std::string text_frame(std::string_view text) {
  std::string result;
  append_text_frame(result, text);
  return result;
}

/// What a client sends.
struct record : ws_events {
  void on_message(bool, std::string&& payload) override {
    messages.emplace_back(std::move(payload));
  }

  void on_ping(std::string_view) override {
    // nop
  }

  void on_control_output(std::string_view) override {
    // nop
  }

  std::vector<std::string> messages;
};

struct fixture {
  asio::io_context context{1};

  probe_config config{.find_symbol = [](auto done) { done("AAPL"); },
                      .where = {},
                      .target = "/live_grid_ws",
                      // Long for what must come; not waited for.
                      .patience = 20s};

  /// Runs a probe to its end.
  probe_result run() {
    std::optional<probe_result> result;
    std::make_shared<self_probe>(context, config, [&](const probe_result& x) {
      result = x;
    })->start();
    while (!result)
      CAF_REQUIRE(context.run_one() > 0);
    return *result;
  }

  /// What a probe says of a listener that does that.
  std::string fault_of(scripted_listener::script what) {
    scripted_listener listener{context, std::move(what)};
    config.where = {listener.where()};
    return run().fault;
  }

  /// The same of one that answers an upgrade with these bytes.
  std::string fault_of_answer(std::string bytes) {
    return fault_of([bytes = std::move(bytes)](auto& x) { x.write(bytes); });
  }

  /// The same of one that upgrades, then sends these bytes.
  std::string fault_of_frames(std::string bytes) {
    return fault_of(
      [bytes = std::move(bytes)](auto& x) { x.write(x.upgraded() + bytes); });
  }
};

/// The fault without what the probe got.
std::string head_of(const std::string& fault) {
  return fault.substr(0, fault.rfind(": "));
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(self_probe_tests, fixture)

CAF_TEST(a row is all that it wants) {
  ws_codec codec;
  codec.limit(1024);
  record client;
  scripted_listener listener{context, [&](connection& x) {
                               x.write(x.upgraded() + text_frame(one_row));
                               x.read_frames(codec, client);
                             }};
  config.where = {listener.where()};
  CAF_CHECK_EQUAL(run().fault, "");
  const auto& request = listener.connections.at(0)->request;
  CAF_CHECK(request.starts_with("GET /live_grid_ws HTTP/1.1\r\n"));
  CAF_CHECK(request.find("\r\nUser-Agent: livegrid-health\r\n")
            != std::string::npos);
  CAF_CHECK(request.find("Origin") == std::string::npos);
  CAF_REQUIRE_EQUAL(client.messages.size(), 1u);
  CAF_CHECK_EQUAL(client.messages[0], R"({"params":{"symbol":"AAPL"}})");
  CAF_CHECK(codec.by_client());
  CAF_CHECK_EQUAL(codec.code(), 1000u);
}

CAF_TEST(a row may come in pieces and behind a ping) {
  std::string pieces{"\x89\x00\x01\x01{\x80\x06\"x\":1}", 13};
  CAF_CHECK_EQUAL(fault_of([&](auto& x) {
                    x.write(x.upgraded() + pieces);
                    x.socket.shutdown(tcp::socket::shutdown_send);
                  }),
                  "");
}

CAF_TEST(a node that gave a row serves however it ends) {
  config.patience = 50ms;
  CAF_CHECK_EQUAL(fault_of_frames(text_frame(one_row)), "");
}

CAF_TEST(nobody listens) {
  // Bound and without a listener nobody else can take that port.
  tcp::acceptor port{context};
  port.open(tcp::v4());
  port.bind({asio::ip::address_v4::loopback(), 0});
  config.where = {port.local_endpoint()};
  CAF_CHECK_EQUAL(run().fault, "connect: Connection refused");
  CAF_MESSAGE("but at the second address");
  scripted_listener listener{context, [&](connection& x) {
                               x.write(x.upgraded() + text_frame(one_row));
                               x.socket.shutdown(tcp::socket::shutdown_send);
                             }};
  config.where.emplace_back(listener.where());
  CAF_CHECK_EQUAL(run().fault, "");
}

CAF_TEST(a listener that is dead) {
  // The kernel connects on behalf of one that never accepts.
  tcp::acceptor dead{context, {asio::ip::address_v4::loopback(), 0}};
  config.where = {dead.local_endpoint()};
  config.patience = 50ms;
  CAF_CHECK_EQUAL(run().fault, "upgrade: timed out after 50 ms");
}

CAF_TEST(an upgrade that is refused) {
  CAF_CHECK_EQUAL(fault_of_answer("HTTP/1.1 403 Forbidden\r\n"
                                  "Content-Length: 0\r\n\r\n"),
                  "upgrade: refused with status 403");
  CAF_CHECK_EQUAL(
    fault_of_answer("HTTP/1.1 200 OK\r\nX: " + std::string(10'000, 'x')),
    "upgrade: refused with status 200");
  CAF_CHECK_EQUAL(fault_of_answer(switching_protocols("another key")),
                  "upgrade: the answer is not that of this node");
  CAF_CHECK_EQUAL(fault_of([](auto& x) { x.socket.close(); }),
                  "upgrade: the node hung up");
}

CAF_TEST(an answer that is no HTTP) {
  for (auto bytes :
       {std::string{"SSH-2.0-OpenSSH_9.2\r\n"}, std::string{"\0\1\2", 3},
        std::string{"HTTP/1.1 twelve\r\n\r\n"},
        std::string{"HTTP/1.1 \r\n\r\n"}}) {
    CAF_MESSAGE(bytes);
    CAF_CHECK_EQUAL(fault_of_answer(bytes), "upgrade: the answer is not HTTP");
  }
}

CAF_TEST(an upgrade without a row) {
  config.patience = 200ms;
  CAF_CHECK_EQUAL(fault_of_frames(""), "row: timed out after 200 ms");
}

CAF_TEST(a connection that ends without a row) {
  CAF_CHECK_EQUAL(fault_of([](auto& x) {
                    x.write(x.upgraded());
                    x.socket.close();
                  }),
                  "row: the node hung up");
  std::string frame;
  append_close_frame(frame, close_code::going_away, "the node is going down");
  CAF_CHECK_EQUAL(fault_of_frames(frame), "row: closed with 1001");
}

CAF_TEST(a message that is no row) {
  for (auto text : {R"({"type":"error","detail":"no"})", "hello", "{}", "[]",
                    "null", "{\"symbol\":\"AAPL\"", ""}) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(head_of(fault_of_frames(text_frame(text))),
                    "row: a message that is none");
  }
}

CAF_TEST(frames that may not be) {
  std::string announced{"\x81\x7f\0\0\1\0\0\0\0\0x", 11};
  std::string masked{"\x81\x81\1\2\3\4x", 7};
  std::string not_utf8 = text_frame("\xff");
  for (const auto& bytes : {announced, masked, not_utf8,
                            std::string(100, '\xff'), std::string(100, 'x')}) {
    CAF_CHECK_EQUAL(fault_of_frames(bytes), "row: a frame that may not be");
  }
}

CAF_TEST(no end of pings) {
  std::string pings;
  for (int i = 0; i < 140'000; ++i)
    append_ping_frame(pings);
  CAF_CHECK_EQUAL(fault_of([&](auto& x) {
                    x.write(x.upgraded());
                    // Its answers are not read, so it must not wait for that.
                    asio::async_write(
                      x.socket, asio::buffer(pings),
                      [](const asio::error_code&, std::size_t) {});
                  }),
                  "row: over 256 KiB came");
}

CAF_TEST(a market that does not answer) {
  config.find_symbol = [](auto done) { done(std::nullopt); };
  CAF_CHECK_EQUAL(run().fault, "symbol: the market does not answer");
  config.find_symbol = [](auto) {};
  config.patience = 50ms;
  CAF_CHECK_EQUAL(run().fault, "symbol: timed out after 50 ms");
}

CAF_TEST(where a listener is found) {
  auto at = [](const char* address) {
    std::vector<std::string> result;
    for (const auto& x : reachable({asio::ip::make_address(address), 7779})) {
      CAF_CHECK_EQUAL(x.port(), 7779);
      result.emplace_back(x.address().to_string());
    }
    return result;
  };
  using strings = std::vector<std::string>;
  CAF_CHECK_EQUAL(at("10.1.2.3"), strings{"10.1.2.3"});
  CAF_CHECK_EQUAL(at("::1"), strings{"::1"});
  CAF_CHECK_EQUAL(at("0.0.0.0"), strings{"127.0.0.1"});
  CAF_CHECK_EQUAL(at("::"), (strings{"::1", "::ffff:127.0.0.1"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
