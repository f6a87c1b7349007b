#define CAF_SUITE http.replay_reader

#include "livegrid/http/replay_reader.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include "livegrid/http/line_reader.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid;
using namespace std::string_literals;

namespace {

constexpr std::int64_t ms = 1'000'000;

struct fixture {
  std::string path = (std::filesystem::temp_directory_path()
                      / ("livegrid-replay-" + std::to_string(::getpid())))
                       .string();
  std::vector<std::pair<std::size_t, std::string>> bad;

  ~fixture() {
    std::remove(path.c_str());
  }

  void write(std::string_view text) {
    std::ofstream{path, std::ios::binary} << text;
  }

  void write_gz(std::string_view text) {
    auto file = gzopen(path.c_str(), "wb");
    CAF_REQUIRE(file);
    auto n = gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    CAF_REQUIRE_EQUAL(n, static_cast<int>(text.size()));
    CAF_REQUIRE_EQUAL(gzclose(file), Z_OK);
  }

  auto try_open() {
    bad.clear();
    return open_replay(path, [this](std::size_t line, std::string_view why) {
      bad.emplace_back(line, why);
    });
  }

  std::unique_ptr<tick_source> open() {
    auto result = try_open();
    if (auto error = std::get_if<std::string>(&result))
      CAF_FAIL("not opened: " << *error);
    return std::get<0>(std::move(result));
  }

  std::string error() {
    auto result = try_open();
    auto message = std::get_if<std::string>(&result);
    CAF_REQUIRE(message);
    auto prefix = "replay file " + path + ": ";
    CAF_REQUIRE(message->starts_with(prefix));
    return message->substr(prefix.size());
  }

  static std::vector<timed_tick> all(tick_source& in) {
    std::vector<timed_tick> result;
    while (auto x = in.next())
      result.push_back(std::move(*x));
    return result;
  }
};

std::int64_t due_ms(const timed_tick& x) {
  return x.due.value().time_since_epoch().count() / ms;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(replay_reader_tests, fixture)

CAF_TEST(a slice of recorded trades) {
  write("\xEF\xBB\xBFts_ms,symbol,price,size,day_volume,change,change_pct,"
        "venue\r\n"
        "1700000000000,AAPL,150.0,100,1000000,4.46,3.06,Q\r\n"
        "1700000000250,\"MSFT\",350.5,,\"1200000\",,,\"N,\"\"1\"\"\"\r\n"
        "\r\n"
        "1700000000100, TSLA ,245,5,,,,\r\n"
        ",AAPL,150.25,1,,,,\r\n"
        "1700000001000,AAPL,150.5,1,,,,");
  auto source = open();
  auto ticks = all(*source);
  CAF_CHECK(bad.empty());
  CAF_REQUIRE_EQUAL(ticks.size(), 5u);
  CAF_CHECK_EQUAL(ticks[0].tick.symbol.str(), "AAPL");
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::price), 150.0);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::size), 100);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::volume), 1'000'000);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::prev_close), 145.54);
  CAF_CHECK(ticks[0].tick.extras.empty());
  CAF_CHECK(ticks[0].tick.time == ticks[0].due);
  CAF_CHECK_EQUAL(ticks[1].tick.symbol.str(), "MSFT");
  CAF_CHECK_EQUAL(ticks[1].tick.get(field::volume), 1'200'000);
  CAF_CHECK(!ticks[1].tick.has(field::size));
  CAF_CHECK(!ticks[1].tick.has(field::prev_close));
  CAF_CHECK_EQUAL(ticks[2].tick.symbol.str(), "TSLA");
  CAF_CHECK(!ticks[3].tick.time);
  std::vector<std::int64_t> due;
  for (auto& x : ticks)
    due.push_back(due_ms(x) - 1'700'000'000'000);
  CAF_CHECK_EQUAL(due, (std::vector<std::int64_t>{0, 250, 250, 250, 1000}));
}

CAF_TEST(pace columns) {
  for (auto text :
       {"ts_s,symbol\n1700000000.25,A", "ts_ms,symbol\n1700000000250,A",
        "ts_us,symbol\n1700000000250000,A",
        "ts_ns,symbol\n1700000000250000000,A",
        "time,symbol\n2023-11-14T22:13:20.25Z,A",
        "time,symbol\n1700000000250,A",
        "symbol,time,ts_s\nA,1700000000250,5"}) {
    CAF_MESSAGE(text);
    write(text);
    auto ticks = all(*open());
    CAF_REQUIRE_EQUAL(ticks.size(), 1u);
    CAF_CHECK_EQUAL(due_ms(ticks[0]), 1'700'000'000'250);
  }
  write("symbol,price\nA,1\nA,2\n");
  auto ticks = all(*open());
  CAF_REQUIRE_EQUAL(ticks.size(), 2u);
  CAF_CHECK(!ticks[1].due);
  write("ts_s,symbol,price\n,A,1\n-1.5,A,1\n0,A,1\n-1,A,1\n2,A,1\n");
  ticks = all(*open());
  CAF_REQUIRE_EQUAL(ticks.size(), 5u);
  CAF_CHECK(!ticks[0].due);
  CAF_CHECK_EQUAL(due_ms(ticks[1]), -1500);
  CAF_CHECK_EQUAL(due_ms(ticks[2]), 0);
  CAF_CHECK_EQUAL(due_ms(ticks[3]), 0);
  CAF_CHECK_EQUAL(due_ms(ticks[4]), 2000);
}

CAF_TEST(every field of a tick) {
  write("symbol,price,volume,prev_close,change,open,high,low,bid,ask,bid_size,"
        "ask_size,market_cap,seq,date,type\n"
        "A,2,3,4,0.5,5,6,7,8,9,10,11,12,13,2024-01-01,x\n");
  auto ticks = all(*open());
  CAF_REQUIRE_EQUAL(ticks.size(), 1u);
  auto& x = ticks[0].tick;
  CAF_CHECK_EQUAL(x.given, 0x0FFF & ~(1 << static_cast<int>(field::size)));
  CAF_CHECK_EQUAL(x.get(field::prev_close), 4);
  CAF_CHECK_EQUAL(x.get(field::market_cap), 12);
  CAF_CHECK_EQUAL(x.seq.value_or(-1), 13);
  CAF_CHECK(x.extras.empty());
}

CAF_TEST(bad rows are named and left out) {
  write("ts_s,symbol,price,change\n"
        "1,A,1,\n"
        "2,A,0,\n"
        "3,,1,\n"
        "4,A B,1,\n"
        "x,A,1,\n"
        "5,A\n"
        "6,A,1,,\n"
        "7,\"A,1,\n"
        "8,A,NaN,\n"
        "9,A,1,2\n"
        "9,A,1,x\n"s
        + std::string(line_reader::max_line + 1, 'x') + "\n10,A,2,\n");
  auto source = open();
  auto ticks = all(*source);
  CAF_REQUIRE_EQUAL(ticks.size(), 2u);
  CAF_CHECK_EQUAL(due_ms(ticks[1]), 10'000);
  std::vector<std::pair<std::size_t, std::string>> expected{
    {3, "price must be above 0"},
    {4, "symbol is missing"},
    {5, "symbol must be 1 to 32 of A-Z a-z 0-9 . - _ : / = ^ @ & +"},
    {6, "the time must be a number, from 1677 to 2262"},
    {7, "2 fields, but the header line has 4"},
    {8, "5 fields, but the header line has 4"},
    {9, "a quote out of place"},
    {10, "price must be a number or a numeric string"},
    {11, "price - change: prev_close must be above 0"},
    {12, "change must be a number"},
    {13, "longer than 1 MiB"},
  };
  CAF_CHECK_EQUAL(bad, expected);
  CAF_CHECK_EQUAL(source->bad_rows(), expected.size());
  // Once again, but told only once.
  CAF_REQUIRE(source->rewind());
  CAF_CHECK_EQUAL(all(*source).size(), 2u);
  CAF_CHECK_EQUAL(bad, expected);
  CAF_CHECK_EQUAL(source->bad_rows(), expected.size());
}

CAF_TEST(one JSON object a line) {
  write("\n{\"symbol\":\"A\",\"price\":1,\"time\":\"2023-11-14T22:13:20Z\","
        "\"x\":1}\r\n"
        "\n"
        "{\"symbol\":\"A\",\"price\":0}\n"
        "{\"symbol\":\"A\"\n"
        "[{\"symbol\":\"A\",\"price\":1}]\n"
        "{\"symbol\":\"B\",\"price\":2}");
  auto source = open();
  auto ticks = all(*source);
  CAF_REQUIRE_EQUAL(ticks.size(), 2u);
  CAF_CHECK_EQUAL(ticks[0].tick.extras.size(), 1u);
  CAF_CHECK_EQUAL(due_ms(ticks[1]), 1'700'000'000'000);
  std::vector<std::pair<std::size_t, std::string>> expected{
    {4, "price must be above 0"},
    {5, "Missing a comma or '}' after an object member at byte 13"},
    {6, "a tick must be an object"},
  };
  CAF_CHECK_EQUAL(bad, expected);
}

CAF_TEST(a rewound file plays the same ticks) {
  for (auto text : {"symbol,price,ts_s\nA,1,5\nB,2,6\n",
                    "{\"symbol\":\"A\",\"price\":1,\"time\":5}\n"
                    "{\"symbol\":\"B\",\"price\":2,\"time\":6}\n"}) {
    write_gz(text);
    auto source = open();
    for (int i = 0; i < 3; ++i) {
      auto ticks = all(*source);
      CAF_REQUIRE_EQUAL(ticks.size(), 2u);
      CAF_CHECK_EQUAL(ticks[0].tick.symbol.str(), "A");
      CAF_CHECK_EQUAL(due_ms(ticks[0]), 5000);
      CAF_CHECK_EQUAL(due_ms(ticks[1]), 6000);
      CAF_CHECK(!source->next());
      CAF_REQUIRE(source->rewind());
    }
    CAF_REQUIRE(source->next());
    CAF_REQUIRE(source->rewind());
    CAF_CHECK_EQUAL(all(*source).size(), 2u);
  }
}

CAF_TEST(long files cross the buffer at every place) {
  std::string text = "symbol,price,seq\n";
  for (int i = 1; i <= 30'000; ++i)
    text += "A," + std::to_string(i) + "," + std::to_string(i) + "\n";
  write_gz(text);
  auto source = open();
  std::int64_t n = 0;
  while (auto x = source->next()) {
    ++n;
    if (x->tick.seq != n || x->tick.get(field::price) != static_cast<double>(n))
      CAF_FAIL("row " << n << " is wrong");
  }
  CAF_CHECK_EQUAL(n, 30'000);
  CAF_CHECK(bad.empty());
}

CAF_TEST(a gzip file that breaks off) {
  // Prices that do not compress well, so that half of the file has some rows.
  std::string text = "symbol,price\n";
  unsigned x = 1;
  for (int i = 0; i < 20'000; ++i) {
    x = x * 1664525u + 1013904223u;
    text += "A," + std::to_string(x % 1'000'000 + 1) + "\n";
  }
  write_gz(text);
  auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size / 2);
  auto source = open();
  auto ticks = all(*source);
  CAF_CHECK_GREATER(ticks.size(), 1000u);
  CAF_CHECK_LESS(ticks.size(), 20'000u);
  CAF_REQUIRE_EQUAL(bad.size(), 1u);
  CAF_CHECK_EQUAL(bad[0].first, ticks.size() + 2);
  CAF_CHECK_EQUAL(bad[0].second, "the gzip file breaks off");
  CAF_CHECK(!source->next());
  CAF_REQUIRE(source->rewind());
  CAF_CHECK_EQUAL(all(*source).size(), ticks.size());
  CAF_CHECK_EQUAL(bad.size(), 1u);
  source.reset();
  std::filesystem::resize_file(path, 15);
  CAF_CHECK_EQUAL(error(), "the gzip file breaks off");
}

CAF_TEST(files that cannot be played) {
  struct {
    std::string_view text;
    std::string_view message;
  } cases[] = {
    {"", "is empty"},
    {" \n\n", "is empty"},
    {"ts_ms,price\n1,2\n", "no symbol column in the header line"},
    {"[{\"symbol\":\"A\",\"price\":1}]",
     "is a JSON array instead of one object a line"},
    {"\"symbol,price\nA,1\n", "a quote out of place in the header line"},
    {"symbol,price\n", "not a single good row"},
    {"symbol,price\nA,0\nA,-1\n",
     "not a single good row (line 2: price must be above 0)"},
    {"{\"symbol\":\"A\"}",
     "not a single good row (line 1: a tick needs at least one field besides "
     "symbol)"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.message);
    write(c.text);
    CAF_CHECK_EQUAL(error(), c.message);
  }
  write(std::string(line_reader::max_line + 1, 'x'));
  CAF_CHECK_EQUAL(error(), "the first line is longer than 1 MiB");
  std::remove(path.c_str());
  CAF_CHECK_EQUAL(error(), "No such file or directory");
  path = "/tmp";
  CAF_CHECK_EQUAL(error(), "is a directory");
  path = "/nonexistent/file"; // what the fixture then removes
}

CAF_TEST(a_small_file_that_unpacks_to_a_lot_takes_little_memory) {
  constexpr int mib = 64;
  {
    auto file = gzopen(path.c_str(), "wb1");
    CAF_REQUIRE(file);
    CAF_REQUIRE(gzputs(file, "symbol,price\nA,1\n") > 0);
    const std::string block(1024 * 1024, '1');
    for (int i = 0; i < mib; ++i)
      gzwrite(file, block.data(), static_cast<unsigned>(block.size()));
    CAF_REQUIRE(gzputs(file, "\nB,2\n") > 0);
    CAF_REQUIRE_EQUAL(gzclose(file), Z_OK);
  }
  auto most_kib = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  auto before = most_kib();
  CAF_CHECK_EQUAL(all(*open()).size(), 2u);
  CAF_CHECK_LESS(most_kib() - before, mib * 1024 / 4);
}

CAF_TEST_FIXTURE_SCOPE_END()
