#define CAF_SUITE http.connection.connection_gate

#include "livegrid/http/connection/connection_gate.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <asio/ip/tcp.hpp>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/connection/request_head.hpp"
#include "wait.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture {
  asio::io_context loop;
  connection_gate& gate = asio::use_service<connection_gate>(loop);
  counters_ptr stats = std::make_shared<counters>();
  asio::ip::tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
  std::vector<asio::ip::tcp::socket> clients;

  void open(std::uint64_t most) {
    gate.configure({.max_open = most,
                    .stats = stats,
                    .log = std::make_shared<logger>(log_level::error),
                    .more_headers = [](const auto&) {
                      return std::string{"X-More: 1\r\n"};
                    }});
  }

  void limit_addresses(std::uint64_t most, const std::string& exempt,
                       bool own = false) {
    gate.limit_addresses(most, *address_ranges::parse(exempt),
                         [own](const tls_socket&) { return own; });
  }

  /// The node's end of a new connection.
  tls_socket connected() {
    clients.emplace_back(loop).connect(acceptor.local_endpoint());
    tls_socket result{loop};
    acceptor.accept(static_cast<asio::ip::tcp::socket&>(result));
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(connection_gate_tests, fixture)

CAF_TEST(the gate is full with as many connections as there may be) {
  open(1);
  auto first = gate.admit(connected());
  CAF_CHECK(static_cast<bool>(first.place));
  CAF_CHECK_EQUAL(first.refusal, 0u);
  CAF_CHECK(gate.full());
  CAF_MESSAGE("a few more may ask how the node is");
  std::vector<connection_gate::admission> more;
  for (std::uint64_t i = 0; i < connection_gate::max_reserved; ++i) {
    more.emplace_back(gate.admit(connected()));
    CAF_CHECK(static_cast<bool>(more.back().place));
    CAF_CHECK_EQUAL(more.back().refusal, 503u);
  }
  CAF_CHECK_EQUAL(get(stats->connections), 9u);
  CAF_CHECK(!gate.admit(connected()).place);
  CAF_MESSAGE("a place that is given back is one for another");
  first = {};
  CAF_CHECK(!gate.full());
  CAF_CHECK_EQUAL(gate.admit(connected()).refusal, 0u);
}

CAF_TEST(an address has its share of all places) {
  open(100);
  limit_addresses(1, "");
  auto first = gate.admit(connected());
  CAF_CHECK_EQUAL(first.refusal, 0u);
  auto second = gate.admit(connected());
  CAF_CHECK_EQUAL(second.refusal, 429u);
  CAF_CHECK(static_cast<bool>(second.place));
  CAF_MESSAGE("those that it does not see count, too");
  CAF_CHECK(!gate.share_of("127.0.0.1"));
  CAF_CHECK(gate.share_of("10.0.0.1").has_value());
}

CAF_TEST(some addresses may have any number) {
  open(100);
  limit_addresses(1, "127.0.0.0/8");
  auto first = gate.admit(connected());
  CAF_CHECK_EQUAL(gate.admit(connected()).refusal, 0u);
  CAF_CHECK(gate.share_of("127.0.0.1").has_value());
}

CAF_TEST(the own connections of a node count for nobody) {
  open(100);
  limit_addresses(0, "", true);
  CAF_CHECK_EQUAL(gate.admit(connected()).refusal, 0u);
}

CAF_TEST(who is refused gets an answer and then the end) {
  open(0);
  gate.refuse(connected(), {.status = 400, .body = "{}"}, std::nullopt);
  auto& client = clients.front();
  client.non_blocking(true);
  std::string got;
  wait_until("the end", [&] {
    loop.restart();
    loop.poll();
    char some[256];
    asio::error_code ec;
    got.append(some, client.read_some(asio::buffer(some), ec));
    return ec && ec != asio::error::would_block;
  });
  CAF_CHECK(got.starts_with("HTTP/1.1 400 Bad Request\r\n"));
  CAF_CHECK(got.find("\r\nX-More: 1\r\n") != got.npos);
  CAF_CHECK(got.ends_with("\r\n\r\n{}"));
}

CAF_TEST(what a client breaks is counted by its kind) {
  open(1);
  gate.note_fault("peer", request_fault{413, "too big"});
  gate.note_fault("peer", request_fault{400, "no HTTP"});
  CAF_CHECK_EQUAL(get(stats->of(counters::fault::http_body_too_big)), 1u);
  CAF_CHECK_EQUAL(get(stats->of(counters::fault::http_malformed)), 1u);
  CAF_MESSAGE("the parser's word is taken once");
  gate.note_fault(parse_fault::url_too_long);
  CAF_CHECK(gate.take_fault() == parse_fault::url_too_long);
  CAF_CHECK(gate.take_fault() == parse_fault::none);
}

CAF_TEST(whoever finds no place is told when to come again) {
  open(0);
  auto full = gate.full_reply(503, "peer", "connection");
  CAF_CHECK_EQUAL(full.status, 503u);
  CAF_CHECK_EQUAL(full.headers.front().first, "Retry-After");
  CAF_CHECK_EQUAL(get(stats->connections_refused), 1u);
  CAF_CHECK_EQUAL(gate.full_reply(429, "peer", "connection").status, 429u);
  CAF_CHECK_EQUAL(get(stats->of(counters::fault::limit)), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
