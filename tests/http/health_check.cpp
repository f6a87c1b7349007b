#define CAF_SUITE http.health_check

#include "livegrid/http/health_check.hpp"

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "livegrid/http/ws_frame.hpp"
#include "livegrid/log.hpp"

#include "scripted_listener.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using namespace std::chrono_literals;
using connection = scripted_listener::connection;

struct fixture {
  asio::io_context context{1};

  /// What the node answers with; empty for a row.
  std::string answer;

  /// Whether each probe was known by its connection.
  std::vector<bool> known;

  std::unique_ptr<health_check> check;

  scripted_listener listener{context, [this](connection& x) {
                               std::ostringstream peer;
                               peer << x.socket.remote_endpoint();
                               known.push_back(check->probes_from(peer.str()));
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

CAF_TEST(its own connection is known while it lasts) {
  make(0ms);
  CAF_CHECK(!check->probes_from(""));
  ask();
  run_until(1);
  CAF_CHECK(known == std::vector<bool>{true});
  CAF_CHECK(!check->probes_from(""));
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
