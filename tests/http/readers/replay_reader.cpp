#define CAF_SUITE http.readers.replay_reader

#include "livegrid/http/readers/replay_reader.hpp"

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

#include "livegrid/http/system/line_reader.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::string_literals;

namespace {

constexpr std::int64_t ms = 1'000'000;

struct fixture {
  std::string path = (std::filesystem::temp_directory_path()
                      / ("livegrid-replay-" + std::to_string(::getpid())))
                       .string();
  std::vector<std::pair<std::size_t, std::string>> bad;
  std::vector<std::pair<std::size_t, std::string>> notes;

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
    notes.clear();
    return open_replay(
      path,
      [this](std::size_t line, std::string_view why) {
        bad.emplace_back(line, why);
      },
      [this](std::size_t line, std::string_view what) {
        notes.emplace_back(line, what);
      });
  }

  std::unique_ptr<tick_source> open() {
    auto result = try_open();
    if (!result)
      CAF_FAIL("not opened: " << result.error());
    return *std::move(result);
  }

  std::string error() {
    auto result = try_open();
    CAF_REQUIRE(!result);
    auto prefix = "replay file " + path + ": ";
    CAF_REQUIRE(result.error().starts_with(prefix));
    return result.error().substr(prefix.size());
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
        "2,A,-1e19,\n"
        "3,,1,\n"
        "4,A*B,1,\n"
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
  CAF_REQUIRE_EQUAL(ticks.size(), 4u);
  CAF_CHECK_EQUAL(due_ms(ticks[3]), 10'000);
  std::vector<std::pair<std::size_t, std::string>> expected{
    {3, "price must not be below -1e18"},
    {4, "symbol is missing"},
    {5, "symbol must be 1 to 64 bytes of printable ASCII and UTF-8 letters, "
        "without , \" \\ * ? and without blanks at its ends"},
    {6, "the time must be a number, from 1677 to 2262"},
    {7, "2 fields, but the header line has 4"},
    {8, "5 fields, but the header line has 4"},
    {9, "a quote out of place"},
    {10, "price must be a number or a numeric string"},
    {13, "longer than 1 MiB"},
  };
  CAF_CHECK_EQUAL(bad, expected);
  CAF_CHECK_EQUAL(source->bad_rows(), expected.size());
  // Once again, but told only once.
  CAF_REQUIRE(source->rewind());
  CAF_CHECK_EQUAL(all(*source).size(), 4u);
  CAF_CHECK_EQUAL(bad, expected);
  CAF_CHECK_EQUAL(source->bad_rows(), expected.size());
}

CAF_TEST(an optional cell that cannot be read costs itself alone) {
  using told = std::vector<std::pair<std::size_t, std::string>>;
  write("seq,symbol,price,change,size,bid\n"
        "1,A,-1e18,1e18,1,\n"
        "2,A,1,x,1,-1e19\n"
        "3,A,-1e19,1,x,1\n"
        ",A,,,x,\n"
        "5,A,2,1,,\n");
  auto source = open();
  auto ticks = all(*source);
  CAF_REQUIRE_EQUAL(ticks.size(), 3u);
  CAF_CHECK(!ticks[0].tick.has(field::prev_close));
  CAF_CHECK(ticks[1].tick.has(field::size));
  CAF_CHECK(!ticks[1].tick.has(field::bid));
  CAF_CHECK_EQUAL(ticks[2].tick.get(field::prev_close), 1);
  told expected{
    {2, "left out a cell: price - change: prev_close must not be below -1e18"},
    {3, "left out a cell: bid must not be below -1e18"},
    {3, "left out a cell: change must be a number"},
  };
  CAF_CHECK_EQUAL(notes, expected);
  CAF_CHECK_EQUAL(source->bad_cells(), 3u);
  // Without any other a row has nothing to say.
  CAF_CHECK_EQUAL(bad,
                  (told{{4, "price must not be below -1e18"},
                        {5, "size must be a number or a numeric string"}}));
  CAF_REQUIRE(source->rewind());
  CAF_CHECK_EQUAL(all(*source).size(), 3u);
  CAF_CHECK_EQUAL(notes, expected);
  CAF_CHECK_EQUAL(source->bad_cells(), 3u);
}

CAF_TEST(numbers may be written as people write them) {
  write("symbol,price,change,size,seq,bid\n"
        "A,+185.45,+0.45,1.,+7,\" .5 \"\n"
        "A,.9995,-.0005,+1.e2,8., 1 \n"
        "A, 1. ,+.5,0.,,\n");
  auto ticks = all(*open());
  CAF_CHECK(bad.empty());
  CAF_CHECK(notes.empty());
  CAF_REQUIRE_EQUAL(ticks.size(), 3u);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::price), 185.45);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::prev_close), 185);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::size), 1);
  CAF_CHECK_EQUAL(ticks[0].tick.seq.value_or(-1), 7);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::bid), 0.5);
  CAF_CHECK_EQUAL(ticks[1].tick.get(field::price), 0.9995);
  CAF_CHECK_EQUAL(ticks[1].tick.get(field::prev_close), 1);
  CAF_CHECK_EQUAL(ticks[1].tick.get(field::size), 100);
  CAF_CHECK_EQUAL(ticks[1].tick.seq.value_or(-1), 8);
  CAF_CHECK_EQUAL(ticks[2].tick.get(field::price), 1);
  CAF_CHECK_EQUAL(ticks[2].tick.get(field::prev_close), 0.5);
  for (auto text : {"+", "-", ".", "+.", "1..", "+-1", "--1", "1.2.3", "+1,",
                    "0x1", "1e", "+NaN", "1 2"}) {
    CAF_MESSAGE(text);
    write("symbol,price\nA,1\nA,\"" + std::string{text} + "\"\n");
    CAF_CHECK_EQUAL(all(*open()).size(), 1u);
    CAF_CHECK_EQUAL(bad.size(), 1u);
  }
}

CAF_TEST(names of columns count whatever their case) {
  write("Symbol,TIME,Price,Volume,Prev_Close\n"
        "AAPL,2024-01-02 09:30:00,185.10,100,184\n");
  auto ticks = all(*open());
  CAF_CHECK(notes.empty());
  CAF_REQUIRE_EQUAL(ticks.size(), 1u);
  CAF_CHECK_EQUAL(due_ms(ticks[0]), 1'704'187'800'000);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::price), 185.1);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::volume), 100);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::prev_close), 184);
}

CAF_TEST(times are found by what others call them) {
  struct {
    std::string_view header;
    std::string_view row;
  } cases[] = {
    {"timestamp,symbol,price", "2023-11-14T22:13:20.250+00:00,A,1"},
    {"timestamp,symbol,price", "1700000000250000,A,1"},
    {"datetime,symbol,price", "2023-11-14 22:13:20.25,A,1"},
    {"ts_event,symbol,price", "1700000000250000000,A,1"},
    {"recv_ns,symbol,price", "1700000000250000000,A,1"},
    // What happened counts before when that was heard of.
    {"local_timestamp,symbol,timestamp,price",
     "1800000000000000,A,1700000000250000,1"},
    {"local_timestamp,symbol,price", "1700000000250000,A,1"},
    // What is ours before what is others'.
    {"timestamp,symbol,price,ts_ms", "1800000000000,A,1,1700000000250"},
    // A day and a time of day, as exchanges sell them.
    {"Date,Time,symbol,price", "2023-11-14,22:13:20.25,A,1"},
    {"Date,Time,symbol,price", "20231114,22:13:20.25,A,1"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.header);
    write(std::string{c.header} + '\n' + std::string{c.row} + '\n');
    auto ticks = all(*open());
    CAF_REQUIRE_EQUAL(ticks.size(), 1u);
    CAF_CHECK_EQUAL(due_ms(ticks[0]), 1'700'000'000'250);
  }
  for (auto day : {"2023-11-14", "20231114"}) {
    write("symbol,Date,price\nA," + std::string{day} + ",1\n");
    CAF_CHECK_EQUAL(due_ms(all(*open()).at(0)), 1'699'920'000'000);
  }
  // One that cannot be read costs no row that came without a time before.
  write("symbol,date,price\nA,14.11.2023,1\n");
  auto ticks = all(*open());
  CAF_REQUIRE_EQUAL(ticks.size(), 1u);
  CAF_CHECK(!ticks[0].due);
  CAF_CHECK_EQUAL(notes.size(), 1u);
}

CAF_TEST(columns that are not used are named once) {
  using told = std::vector<std::pair<std::size_t, std::string>>;
  write("exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
        "kucoin,BTC-USDT,1751328000123000,1751328000223000,1,buy,1.5,0.01\n");
  auto source = open();
  CAF_CHECK_EQUAL(
    notes, (told{{1, "not used: exchange, local_timestamp, id, side, amount; "
                     "columns taken: symbol, timestamp, price"}}));
  all(*source);
  CAF_REQUIRE(source->rewind());
  all(*source);
  CAF_CHECK_EQUAL(notes.size(), 1u);
  write("symbol,price,volume,day_volume,change_pct\nA,1,2,3,4\n");
  auto ticks = all(*open());
  CAF_CHECK_EQUAL(ticks.at(0).tick.get(field::volume), 2);
  CAF_CHECK_EQUAL(notes, (told{{1, "not used: day_volume, change_pct; columns "
                                   "taken: symbol, price, volume"}}));
  std::string wide = "symbol,price";
  for (int i = 0; i < 1000; ++i)
    wide += ",c" + std::to_string(i);
  write(wide + "\nA,1" + std::string(1000, ',') + "\n");
  open();
  CAF_REQUIRE_EQUAL(notes.size(), 1u);
  CAF_CHECK(notes[0].second.find("and 980 more") != std::string::npos);
}

CAF_TEST(other forms of a table are taken or said to be what they are) {
  write("symbol\ttime\tprice\nSAP\t2024-01-02 09:30:00\t 139.52\n"
        "SAP\t\t\"140\"\n");
  auto ticks = all(*open());
  CAF_CHECK(bad.empty());
  CAF_REQUIRE_EQUAL(ticks.size(), 2u);
  CAF_CHECK_EQUAL(ticks[0].tick.get(field::price), 139.52);
  CAF_CHECK_EQUAL(ticks[1].tick.get(field::price), 140);
  auto says = [&](std::string_view what) {
    auto found = error();
    CAF_MESSAGE(found);
    return found.find(what) != std::string::npos;
  };
  write("symbol;time;price\nSAP;2024-01-02 09:30:00;139,52\n");
  CAF_CHECK(says("separated by semicolons"));
  write("symbol|price\nSAP|1\n");
  CAF_CHECK(says("separated by |"));
  write("symbol,price\rAAPL,1\rAAPL,2\r");
  CAF_CHECK(says("CR alone"));
  write("\xFF\xFEs\0y\0m\0"s);
  CAF_CHECK(says("UTF-16"));
  write("\xFE\xFF\0s\0y\0m"s);
  CAF_CHECK(says("UTF-16"));
  write("s\0y\0m\0b\0o\0l\0"s);
  CAF_CHECK(says("UTF-16"));
}

CAF_TEST(one JSON object a line) {
  write("\n{\"symbol\":\"A\",\"price\":1,\"time\":\"2023-11-14T22:13:20Z\","
        "\"x\":1}\r\n"
        "\n"
        "{\"symbol\":\"A\",\"price\":-1e19}\n"
        "{\"symbol\":\"A\"\n"
        "[{\"symbol\":\"A\",\"price\":1}]\n"
        "{\"symbol\":\"B\",\"price\":2}");
  auto source = open();
  auto ticks = all(*source);
  CAF_REQUIRE_EQUAL(ticks.size(), 2u);
  CAF_CHECK_EQUAL(ticks[0].tick.extras.size(), 1u);
  CAF_CHECK_EQUAL(due_ms(ticks[1]), 1'700'000'000'000);
  std::vector<std::pair<std::size_t, std::string>> expected{
    {4, "price must not be below -1e18"},
    {5, "Missing a comma or '}' after an object member at byte 13"},
    {6, "a tick must be an object"},
  };
  CAF_CHECK_EQUAL(bad, expected);
}

CAF_TEST(a rewound file plays the same ticks) {
  for (auto text : {"symbol,price,ts_s\nA,1,1700000005\nB,2,1700000006\n",
                    "{\"symbol\":\"A\",\"price\":1,\"time\":1700000005}\n"
                    "{\"symbol\":\"B\",\"price\":2,\"time\":1700000006}\n"}) {
    write_gz(text);
    auto source = open();
    for (int i = 0; i < 3; ++i) {
      auto ticks = all(*source);
      CAF_REQUIRE_EQUAL(ticks.size(), 2u);
      CAF_CHECK_EQUAL(ticks[0].tick.symbol.str(), "A");
      CAF_CHECK_EQUAL(due_ms(ticks[0]), 1'700'000'005'000);
      CAF_CHECK_EQUAL(due_ms(ticks[1]), 1'700'000'006'000);
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
    {"symbol,price\nA,1e19\nA,-1e19\n",
     "not a single good row (line 2: price must not be above 1e18)"},
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
