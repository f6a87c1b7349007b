#define CAF_SUITE http.health.health_check

#include "livegrid/http/health/health_check.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"

#include "scripted_listener.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using namespace std::chrono_literals;
using connection = scripted_listener::connection;

struct fixture {
  asio::io_context context{1};

  /// What the node answers with; empty for a row.
  std::string answer;

  /// What each probe has shown to be known by.
  std::vector<std::string> proofs;

  /// For whom it was taken, with the proof itself and with others.
  std::vector<std::optional<std::string>> known;

  std::unique_ptr<health_check> check;

  scripted_listener listener{context, [this](connection& x) {
                               look_at(x.request);
                               auto text = answer;
                               if (text.empty()) {
                                 text = x.upgraded();
                                 append_text_frame(text, R"({"price":1})");
                               }
                               x.write(text);
                               x.socket.shutdown(
                                 asio::ip::tcp::socket::shutdown_send);
                             }};

  /// Results as they come in: `ok`, `nothing` or the fault.
  std::vector<std::string> results;

  void make(std::chrono::milliseconds lifetime, std::string target = "/ws") {
    check = std::make_unique<health_check>(
      context,
      probe_config{.find_symbol = [](auto done) { done("AAPL"); },
                   .where = {listener.where()},
                   .target = std::move(target),
                   .patience = 20s},
      std::make_shared<logger>(log_level::error), lifetime);
  }

  void look_at(const std::string& request) {
    std::string name = std::string{self_probe::proof_header} + ": ";
    auto at = request.find(name) + name.size();
    auto proof = request.substr(at, request.find("\r\n", at) - at);
    proofs.push_back(proof);
    auto other = proof;
    other.back() = other.back() == 'A' ? 'B' : 'A';
    for (const auto& shown : {std::string{}, other, proof + 'A',
                              proof.substr(1), std::string(22, 'A')})
      known.push_back(check->take_proof("/ws", shown));
    known.push_back(check->take_proof("/ticks", proof));
    known.push_back(check->take_proof("/ws", proof));
    known.push_back(check->take_proof("/ws", proof));
  }

  void ask() {
    check->ask([this](const probe_result* x) {
      results.emplace_back(x == nullptr       ? "nothing"
                           : x->fault.empty() ? "ok"
                                              : x->fault);
    });
  }

  void run_until(std::size_t num_results) {
    while (results.size() < num_results)
      CAF_REQUIRE(context.run_one() > 0);
  }
};

using strings = std::vector<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(health_check_tests, fixture)

CAF_TEST(those who ask at once share a probe) {
  make(0ms);
  for (int i = 0; i < 50; ++i)
    ask();
  CAF_CHECK(results.empty());
  run_until(50);
  CAF_CHECK_EQUAL(results, strings(50, "ok"));
  CAF_CHECK_EQUAL(listener.connections.size(), 1u);
}

CAF_TEST(a result counts for a while) {
  make(1h);
  ask();
  run_until(1);
  answer = "HTTP/1.1 503 Service Unavailable\r\n\r\n";
  ask();
  CAF_CHECK_EQUAL(results, strings({"ok", "ok"}));
  CAF_CHECK_EQUAL(listener.connections.size(), 1u);
}

CAF_TEST(then it is found anew) {
  make(0ms);
  ask();
  run_until(1);
  answer = "HTTP/1.1 503 Service Unavailable\r\n\r\n";
  ask();
  run_until(2);
  answer.clear();
  ask();
  run_until(3);
  CAF_CHECK_EQUAL(results,
                  strings({"ok", "upgrade: refused with status 503", "ok"}));
  CAF_CHECK_EQUAL(listener.connections.size(), 3u);
}

CAF_TEST(its own request is known by its proof and once) {
  make(0ms);
  CAF_CHECK(!check->take_proof("/ws", ""));
  ask();
  run_until(1);
  CAF_REQUIRE_EQUAL(known.size(), 8u);
  for (auto i : {0, 1, 2, 3, 4, 5, 7})
    CAF_CHECK(!known[static_cast<std::size_t>(i)]);
  CAF_CHECK(known[6] == "AAPL");
  // 128 bits in base64.
  CAF_CHECK_EQUAL(proofs[0].size(), 22u);
  CAF_CHECK(!check->take_proof("/ws", ""));
  CAF_CHECK(!check->take_proof("/ws", proofs[0]));
  CAF_MESSAGE("the next has another one");
  ask();
  run_until(2);
  CAF_REQUIRE_EQUAL(proofs.size(), 2u);
  CAF_CHECK_NOT_EQUAL(proofs[0], proofs[1]);
}

CAF_TEST(without a target there is nothing to prove) {
  make(0ms, "");
  ask();
  CAF_CHECK_EQUAL(results, strings{"nothing"});
}

CAF_TEST(a loop may end while a probe is under way) {
  make(0ms);
  ask();
  context.run_one();
}

CAF_TEST_FIXTURE_SCOPE_END()
