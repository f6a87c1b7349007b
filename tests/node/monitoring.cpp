// What is told to Prometheus, as its own tools and ours see it: the metrics,
// the alert rules, the dashboard.

#define CAF_SUITE node.monitoring

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>

#include <sys/wait.h>

#include "identity.hpp"
#include "metrics_page.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

std::string source_tree() {
  const auto* path = std::getenv("LIVEGRID_SOURCE");
  CAF_REQUIRE(path != nullptr);
  return path;
}

std::string content(const std::string& path) {
  std::ifstream in{source_tree() + path};
  CAF_REQUIRE(in.good());
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Runs promtool, which must find nothing to say.
void check_with_promtool(const std::string& arguments) {
  auto command = "cd '" + source_tree() + "/deploy/prometheus' && promtool "
                 + arguments + " 2>&1";
  auto* pipe = popen(command.c_str(), "r");
  CAF_REQUIRE(pipe != nullptr);
  std::string output;
  char buffer[4096];
  while (auto n = std::fread(buffer, 1, sizeof buffer, pipe))
    output.append(buffer, n);
  auto status = pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    CAF_ERROR("promtool " << arguments << ": " << output);
}

/// A cluster of one with HTTPS, which shows what all do and more.
struct fixture {
  identity self;
  temp_file cert{self.cert()};
  temp_file key{self.key()};
  std::string port = std::to_string(port_holder{}.port());
  node_process node{std::vector<std::string>{
    "--market.feed=none", example_symbols(), "--cluster.port=" + port,
    "--cluster.join=127.0.0.1:" + port, "--http.tls-cert=" + cert.path(),
    "--http.tls-key=" + key.path()}};

  /// A bit of everything that is counted.
  void keep_busy() {
    node.publish(R"([{"symbol":"AAPL","price":1,"seq":2},
                     {"symbol":"AAPL","price":1,"seq":2}])");
    node.post("x");
    node.get("/nowhere");
    node.get("/live_grid_data?symbol=AAPL");
    ws_client subscriber{node.connect(), "/live_grid_ws"};
    subscriber.subscribe(R"("AAPL")");
    subscriber.next_text();
    subscriber.send_text("x");
    subscriber.next_text();
    subscriber.close();
    wait_for_metric(node, "livegrid_subscribers", 0);
  }

  /// The metrics that a text names, which must all be there.
  void check_names(const std::string& text) {
    auto families = metrics_page{node}.families();
    std::regex pattern{R"(\b(livegrid|process)_[a-z0-9_]+)"};
    std::size_t found = 0;
    for (std::sregex_iterator i{text.begin(), text.end(), pattern}, end;
         i != end; ++i) {
      auto name = i->str();
      ++found;
      static const std::regex of_histogram{"_(bucket|count|sum)$"};
      auto family = std::regex_replace(name, of_histogram, "");
      if (families.count(name) == 0 && families.count(family) == 0)
        CAF_ERROR("the node has no " << name);
    }
    CAF_CHECK_GREATER(found, 5u);
  }
};

/// All members of that name, at any depth.
void collect(const json_value& x, std::string_view name, std::string& out) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto& item = x.items()[i];
    if (x.is_object() && x.keys()[i] == name && item.is_string())
      out += item.text() + '\n';
    collect(item, name, out);
  }
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(monitoring_tests, fixture)

CAF_TEST(promtool_has_nothing_to_say) {
  keep_busy();
  temp_file page{metrics_page{node}.text()};
  check_with_promtool("check metrics < '" + page.path() + "'");
}

CAF_TEST(the_alert_rules_do_as_they_say) {
  check_with_promtool("check config prometheus.yml");
  check_with_promtool("check rules livegrid.rules.yml");
  check_with_promtool("test rules livegrid.rules.test.yml");
}

CAF_TEST(rules_and_dashboard_name_only_what_there_is) {
  keep_busy();
  check_names(content("/deploy/prometheus/livegrid.rules.yml"));
  auto dashboard = json_value::parse(content("/deploy/grafana/livegrid.json"));
  std::string expressions;
  collect(dashboard, "expr", expressions);
  collect(dashboard, "query", expressions);
  check_names(expressions);
  // Whatever the node shows can be seen there.
  metrics_page page{node};
  for (const auto& name : page.families())
    if (expressions.find(name) == std::string::npos)
      CAF_ERROR("not on the dashboard: " << name);
}

CAF_TEST_FIXTURE_SCOPE_END()
