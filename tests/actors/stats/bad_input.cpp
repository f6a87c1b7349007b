#define CAF_SUITE actors.stats.bad_input

#include "livegrid/actors/stats/bad_input.hpp"

#include <set>
#include <string>
#include <string_view>

#include "log_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using fault = counters::fault;

struct fixture : log_fixture {
  counters stats;

  void note(fault kind, std::string_view what = "/ticks",
            std::string_view why = "not JSON") {
    note_bad_input(stats, *log, kind, "192.0.2.1:80", what, why);
  }

  /// What follows the level in the one line that came.
  std::string event() {
    auto all = line();
    return all.substr(all.find(" info ") + 6);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(bad_input_tests, fixture)

CAF_TEST(each kind is counted by itself and named in the log) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < counters::num_faults; ++i) {
    auto kind = static_cast<fault>(i);
    CAF_MESSAGE(to_string(kind));
    CAF_CHECK(names.insert(to_string(kind)).second);
    for (std::size_t n = 0; n <= i; ++n)
      note(kind);
    for (std::size_t j = 0; j < counters::num_faults; ++j)
      CAF_CHECK_EQUAL(get(stats.faults[j]), j <= i ? j + 1 : 0);
  }
  CAF_CHECK_EQUAL(get(stats.connections_refused), 0u);
}

CAF_TEST(who was turned away has an event of its own) {
  note(fault::http_malformed);
  CAF_CHECK_EQUAL(event(), R"(bad_input kind="http_malformed" )"
                           R"(peer="192.0.2.1:80" what="/ticks" )"
                           R"(why="not JSON")");
  note(fault::access);
  CAF_CHECK_EQUAL(event(), R"(access_refused peer="192.0.2.1:80" )"
                           R"(what="/ticks" why="not JSON")");
  note(fault::limit);
  CAF_CHECK_EQUAL(event(), R"(limited peer="192.0.2.1:80" what="/ticks" )"
                           R"(why="not JSON")");
  note_connection_refused(stats, *log, "192.0.2.1:80");
  CAF_CHECK_EQUAL(event(), R"(connection_refused peer="192.0.2.1:80" )"
                           R"(why="over http.max-connections")");
  CAF_CHECK_EQUAL(get(stats.connections_refused), 1u);
}

CAF_TEST(of long texts the beginning is shown) {
  note(fault::query, std::string(119, 'a') + "\xC3\xA9" + "b",
       std::string(121, 'c'));
  CAF_CHECK_EQUAL(event(), R"(bad_input kind="query" peer="192.0.2.1:80" )"
                           "what=\""
                             + std::string(119, 'a') + "\" why=\""
                             + std::string(120, 'c') + "\"");
}

CAF_TEST_FIXTURE_SCOPE_END()
