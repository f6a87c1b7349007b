#define CAF_SUITE http.node.node_inputs

#include "livegrid/http/node/node_inputs.hpp"

#include <memory>
#include <string>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/feeds/simulated_symbols.hpp"
#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture {
  settings values;
  log_ptr log = std::make_shared<logger>(log_level::error);

  /// What is wrong, or nothing.
  std::string fault() {
    auto read = read_inputs(values, log);
    return read ? std::string{} : read.error();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_inputs_tests, fixture)

CAF_TEST(a node without files has a widget and symbols of its own) {
  auto x = read_inputs(values, log);
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->widgets.widgets.size(), 2u);
  CAF_CHECK_EQUAL(x->first_states.size(), simulated_symbols().size());
  CAF_REQUIRE(x->feed);
  CAF_CHECK(x->feed->kind == source::simulator);
}

CAF_TEST(without the simulator nothing is invented) {
  for (const auto* feed : {"none", "replay"}) {
    temp_file recording{"time,symbol,price\n2024-01-02,A,2\n"};
    values.market.feed = feed;
    values.replay.file = recording.path();
    auto x = read_inputs(values, log);
    CAF_REQUIRE(x);
    CAF_CHECK(x->first_states.empty());
  }
}

CAF_TEST(a file says with which symbols the market begins) {
  temp_file file{R"(["A",{"symbol":"B","price":2,"sector":"Tech"}])"};
  values.market.symbols_file = file.path();
  for (const auto* feed : {"none", "simulator"}) {
    values.market.feed = feed;
    auto x = read_inputs(values, log);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->first_states.size(), 2u);
  }
}

CAF_TEST(the simulator begins with as many symbols as it is told to) {
  values.simulator.symbols = 5;
  auto x = read_inputs(values, log);
  CAF_REQUIRE(x);
  CAF_CHECK(x->first_states == simulated_symbols(5));
}

CAF_TEST(there may be no more symbols than the limit from the start) {
  values.market.max_symbols = 4;
  values.simulator.symbols = 5;
  CAF_CHECK_EQUAL(fault(), "market.max-symbols: 4 is less than the 5 symbols "
                           "that are there from the start; simulator.symbols "
                           "makes them fewer");
  temp_file file{R"(["A","B","C","D","E"])"};
  values.market.symbols_file = file.path();
  CAF_CHECK_EQUAL(fault(), file.path() + ": more than 4 symbols");
}

CAF_TEST(a recording is opened where it is to be replayed) {
  temp_file recording{"ts_s,symbol,price\n1,A,2\n"};
  values.replay.file = recording.path();
  auto read = read_inputs(values, log);
  CAF_REQUIRE(read);
  CAF_CHECK(read->feed->kind == source::simulator);
  values.market.feed = "replay";
  read = read_inputs(values, log);
  CAF_REQUIRE(read);
  CAF_CHECK(read->feed->kind == source::replay);
}

CAF_TEST(a file says where symbols are traded) {
  auto without = read_inputs(values, log);
  CAF_REQUIRE(without);
  CAF_CHECK_EQUAL(without->venues->of("AAPL")->name(), "24x7");
  temp_file sessions{R"({"venues":{"x":{}},"symbols":{"A*":"x"}})"};
  values.market.sessions_file = sessions.path();
  auto with = read_inputs(values, log);
  CAF_REQUIRE(with);
  CAF_CHECK_EQUAL(with->venues->of("AAPL")->name(), "x");
  values.market.sessions_file = "/nowhere/sessions.json";
  CAF_CHECK(fault().starts_with("/nowhere/sessions.json: "));
}

CAF_TEST(the first file that is wrong is told) {
  values.http.widgets_file = "/nowhere/widgets.json";
  values.market.max_symbols = 1;
  CAF_CHECK(fault().starts_with("/nowhere/widgets.json: "));
  values.access.keys_file = "/nowhere/keys.json";
  CAF_CHECK(fault().starts_with("access.keys-file: "));
}

CAF_TEST(a widget cannot have an own path of the service) {
  temp_file widgets{R"({"a":{"name":"n","description":"d",)"
                    R"("type":"live_grid","endpoint":"ready",)"
                    R"("data":{"table":{"columnsDefs":[)"
                    R"({"field":"symbol","headerName":"S"}]}}}})"};
  values.http.widgets_file = widgets.path();
  CAF_CHECK(fault().ends_with("/ready is a path of the service's own"));
}

CAF_TEST_FIXTURE_SCOPE_END()
