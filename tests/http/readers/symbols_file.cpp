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

CAF_TEST(a name suffices) {
  auto states = read(R"(["A",{"symbol":"B"},{"symbol":"C","price":null}])");
  CAF_REQUIRE(states);
  CAF_REQUIRE_EQUAL(states->size(), 3u);
  for (const auto& x : *states)
    CAF_CHECK(x.empty());
  CAF_CHECK_EQUAL((*states)[0].symbol.str(), "A");
  CAF_CHECK_EQUAL((*states)[1].symbol.str(), "B");
}

CAF_TEST(any cell may be there from the start) {
  auto states = read(R"([{"symbol":"A","open":1,"ask_size":2,"date":"x",
    "sector":"Tech","rating":3}, "B"])");
  CAF_REQUIRE(states);
  const auto& x = (*states)[0];
  CAF_CHECK_EQUAL(x.get(field::open), 1);
  CAF_CHECK_EQUAL(x.get(field::ask_size), 2);
  CAF_CHECK(
    x.extras
    == (std::vector<extra_cell>{{"sector", "\"Tech\""}, {"rating", "3"}}));
  CAF_CHECK((*states)[1].empty());
}

CAF_TEST(no cell that is there from the start is misnamed) {
  for (auto cells : {R"("instrument":"ETF")", R"("last":1)", R"("Price":1)",
                     R"("ticker":"A US","vol":"high","date":"x")"}) {
    CAF_MESSAGE(cells);
    CAF_CHECK(read(R"([{"symbol":"A",)" + std::string{cells} + "}]"));
  }
}

CAF_TEST(bad files) {
  struct {
    std::string_view text;
    std::string_view message;
  } cases[] = {
    {"", "empty file"},
    {R"({"symbol":"A","price":1})", "must be a JSON array"},
    {"[1]", "element 0: a symbol must be a name or an object"},
    {R"([{"symbol":"A","price":1},{"symbol":"B","volume":-1}])",
     "element 1: volume must not be below 0"},
    {R"(["A",["B"]])", "element 1: a symbol must be a name or an object"},
    {R"(["A",5])", "element 1: a symbol must be a name or an object"},
    {R"([{"price":1}])", "element 0: symbol is missing"},
    {R"([{"symbol":"A","price":1,"time":1700000000}])",
     "element 0: time is a tick's, and a symbol begins without one"},
    {R"(["B",{"symbol":"A","seq":2}])",
     "element 1: seq is a tick's, and a symbol begins without one"},
    {R"(["A",{"symbol":"A"}])", "element 1: symbol A is there twice"},
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

CAF_TEST(a name that can be none is told) {
  CAF_CHECK(error(R"(["A",""])").starts_with("element 1: symbol must be "));
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

CAF_TEST_FIXTURE_SCOPE_END()
