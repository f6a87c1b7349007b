#define CAF_SUITE http.readers.symbols_file

#include "livegrid/http/readers/symbols_file.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <unistd.h>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

struct fixture {
  std::string path = (std::filesystem::temp_directory_path()
                      / ("livegrid-symbols-" + std::to_string(::getpid())))
                       .string();

  ~fixture() {
    std::remove(path.c_str());
  }

  expected<std::vector<tick>, std::string> read(std::string_view text,
                                                std::size_t max = 1000) {
    std::ofstream{path, std::ios::binary} << text;
    return read_symbols_file(path, max);
  }

  std::string error(std::string_view text, std::size_t max = 1000) {
    auto result = read(text, max);
    CAF_REQUIRE(!result);
    CAF_REQUIRE(result.error().starts_with(path + ": "));
    return result.error().substr(path.size() + 2);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(symbols_file_tests, fixture)

CAF_TEST(good files) {
  auto states = read(R"([{"symbol":"A","price":1.5,"prev_close":1},
    {"symbol":"B","volume":0,"market_cap":"5","change":3}])");
  CAF_REQUIRE(states);
  CAF_REQUIRE_EQUAL(states->size(), 2u);
  CAF_CHECK_EQUAL((*states)[0].symbol.str(), "A");
  CAF_CHECK_EQUAL((*states)[0].get(field::price), 1.5);
  CAF_CHECK_EQUAL((*states)[1].get(field::market_cap), 5);
  states = read("\xEF\xBB\xBF[]");
  CAF_REQUIRE(states);
  CAF_CHECK(states->empty());
}

CAF_TEST(bad files) {
  struct {
    std::string_view text;
    std::string_view message;
  } cases[] = {
    {"", "empty file"},
    {R"({"symbol":"A","price":1})", "must be a JSON array"},
    {"[1]", "element 0: a tick must be an object"},
    {R"([{"symbol":"A","price":1},{"symbol":"B","volume":-1}])",
     "element 1: volume must not be below 0"},
    {R"([{"symbol":"A","price":1,"prize":2}])",
     "element 0: unknown field prize"},
    {R"([{"symbol":"A","price":1,"open":2}])", "element 0: unknown field open"},
    {R"([{"symbol":"A","price":1,"time":1700000000}])",
     "element 0: unknown field time"},
    {R"([{"symbol":"A","price":1,"seq":2}])", "element 0: unknown field seq"},
    {R"([{"symbol":"A","date":2}])",
     "element 0: needs price, prev_close, volume or market_cap"},
    {R"([{"symbol":"A","price":1},{"symbol":"A","price":1}])",
     "element 1: symbol A is there twice"},
    {"[\n{\"symbol\":\"A\",}]",
     "Missing a name for object member at byte 16, line 2"},
    {R"([{"symbol":"A","price":1},{"symbol":"B","price":1},
       {"symbol":"C","price":1}])",
     "more than 2 symbols"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.message);
    CAF_CHECK_EQUAL(error(c.text, 2), c.message);
  }
}

CAF_TEST(files that cannot be read) {
  auto reason = [](const std::string& name) {
    auto result = read_symbols_file(name, 10);
    CAF_REQUIRE(!result);
    return result.error();
  };
  CAF_CHECK_EQUAL(reason(path), path + ": No such file or directory");
  CAF_CHECK_EQUAL(reason("/tmp"), "/tmp: Is a directory");
  CAF_CHECK_EQUAL(reason("/dev/zero"), "/dev/zero: File too large");
}

CAF_TEST(the built in symbols) {
  auto states = builtin_symbols();
  CAF_REQUIRE_EQUAL(states.size(), 5u);
  CAF_CHECK_EQUAL(states[0].symbol.str(), "AAPL");
  CAF_CHECK_EQUAL(states[0].get(field::prev_close), 145.54);
  for (auto& x : states) {
    CAF_CHECK_GREATER_OR_EQUAL(x.get(field::market_cap), 1e9);
    CAF_CHECK_LESS(x.get(field::market_cap), 2e9);
    CAF_CHECK(x.has(field::price) && x.has(field::volume));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
