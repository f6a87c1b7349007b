#define CAF_SUITE http.readers.csv_ticks

#include "livegrid/http/readers/csv_ticks.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::string_literals;

namespace {

/// Writes the cells of a line, each in brackets.
std::string split(std::string_view line, char separator = ',') {
  std::vector<std::string_view> cells{"of the line before"};
  std::vector<std::string> unquoted{"of the line before"};
  if (!split_csv(line, separator, cells, unquoted))
    return "out of place";
  std::string out;
  for (auto x : cells)
    out += "[" + std::string{x} + "]";
  return out;
}

/// A table that reads rows, and the optional cells it left out.
struct table {
  explicit table(std::string_view header) {
    CAF_REQUIRE(ticks.header(header));
  }

  /// What one row says of its symbol, or why it is none.
  std::string read(std::string_view line) {
    left_out.clear();
    auto result = ticks.row(line, [this](auto why) { left_out += why; });
    if (!result)
      return result.error();
    auto& x = *result;
    auto out = x.symbol.str();
    for (std::size_t i = 0; i < num_fields; ++i)
      if (auto f = static_cast<field>(i); x.has(f))
        out += " " + std::string{to_string(f)} + " "
               + std::to_string(x.get(f)).substr(0, 6);
    if (x.seq)
      out += " seq " + std::to_string(*x.seq);
    if (x.time)
      out += " at " + std::to_string(x.time->time_since_epoch().count());
    return out;
  }

  csv_ticks ticks;
  std::string left_out;
};

CAF_TEST(a line is split into its cells) {
  struct {
    std::string_view line;
    std::string_view cells;
  } cases[] = {
    {"", "[]"},
    {",", "[][]"},
    {"a", "[a]"},
    {"a,b,", "[a][b][]"},
    {" a\t, b c ,", "[a][b c][]"},
    {R"("a")", "[a]"},
    {R"("")", "[]"},
    {R"("a,b", "c" ,d)", "[a,b][c][d]"},
    {R"("a ""b""","""")", R"([a "b"]["])"},
    {R"("a",)", "[a][]"},
    {R"( "")", "[]"},
    // A quote within an unquoted field is a byte like others.
    {R"(5" disk,b)", R"([5" disk][b])"},
    {"\"a\nb\",c", "[a\nb][c]"},
    {R"("a)", "out of place"},
    {R"(a,"b)", "out of place"},
    {R"(")", "out of place"},
    {R"(""")", "out of place"},
    {R"("a"b)", "out of place"},
    {R"("a""b)", "out of place"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.line);
    CAF_CHECK_EQUAL(split(c.line), c.cells);
  }
  CAF_CHECK_EQUAL(split("a,b\t \"c\t\" \t\t", '\t'), "[a,b][c\t][][]");
  // The texts of quoted cells stay where they are, however many there are.
  std::string line;
  std::string cells;
  for (int i = 0; i < 1000; ++i) {
    line += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\"";
    cells += "[" + std::to_string(i) + "]";
  }
  CAF_CHECK(split(line) == cells);
}

CAF_TEST(a header line that cannot be one says why) {
  csv_ticks x;
  auto fault = [&](std::string_view line) {
    auto read = x.header(line);
    return read ? std::string{} : read.error();
  };
  CAF_CHECK_EQUAL(fault("a\0b"s),
                  "has zero bytes in its header line: it must be UTF-8, not "
                  "UTF-16 or binary");
  CAF_CHECK_EQUAL(fault("symbol,price\rA,1"),
                  "its lines end with CR alone; end them with LF (tr '\\r' "
                  "'\\n')");
  CAF_CHECK_EQUAL(fault("symbol,\"price"),
                  "a quote out of place in the header line");
  CAF_CHECK_EQUAL(fault("ticker,price"), "no symbol column in the header line");
  CAF_CHECK(x.header("\"symbol\" , note"));
  CAF_CHECK_EQUAL(x.note(), "not used: note; columns taken: symbol");
  // The next header replaces the one before.
  CAF_CHECK(x.header("symbol,price"));
  CAF_CHECK_EQUAL(x.note(), "");
}

CAF_TEST(tabs separate where no comma does) {
  CAF_CHECK_EQUAL(table{"symbol\tprice"}.read("A\t1"), "A price 1.0000");
  CAF_CHECK_EQUAL(table{"symbol,pri\tce,price"}.read("A,\t,1"),
                  "A price 1.0000");
}

CAF_TEST(a row becomes a tick or says why it is none) {
  struct {
    std::string_view header;
    std::string_view line;
    std::string_view result;
  } cases[] = {
    {"symbol,price,seq", "A,1.5,7", "A price 1.5000 seq 7"},
    {"symbol,price,seq", "\" A \",\" 1.5\",+7.", "A price 1.5000 seq 7"},
    {"symbol,price,seq", "A,1.5", "2 fields, but the header line has 3"},
    {"symbol,price", "A,1.5,", "3 fields, but the header line has 2"},
    {"symbol,price", "", "1 fields, but the header line has 2"},
    {"symbol,price", "A,\"1", "a quote out of place"},
    {"symbol,price", ",1", "symbol is missing"},
    {"symbol,price", "A,", "a tick needs at least one field besides symbol"},
    {"symbol,price", "NIFTY 50 ,1", "NIFTY 50 price 1.0000"},
    {"symbol,price", "AAPL  240119C00150000,1",
     "AAPL  240119C00150000 price 1.0000"},
    {"symbol,price", "a*b,1",
     "symbol must be 1 to 64 bytes of printable ASCII and UTF-8 letters, "
     "without , \" \\ * ? and without blanks at its ends"},
    {"symbol,price", "A,-37.63", "A price -37.63"},
    {"symbol,price", "A,-1e19", "price must not be below -1e18"},
    {"symbol,price", "A,x", "price must be a number or a numeric string"},
    {"symbol,price,seq", "A,1,-1", "seq must not be below 0"},
    {"symbol,price,time", "A,1,x",
     "time must be an ISO 8601 time or an epoch time in s, ms, us or ns, from "
     "1677 to 2262"},
    {"symbol,price,ts_ms", "A,1,x",
     "the time must be a number, from 1677 to 2262"},
    // A row that holds nothing but cells that are left out says of the first.
    {"symbol,bid,ask", "A,x,y", "bid must be a number or a numeric string"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.line);
    table x{c.header};
    CAF_CHECK_EQUAL(x.read(c.line), c.result);
    CAF_CHECK_EQUAL(x.left_out, "");
  }
}

CAF_TEST(an optional cell is left out and told) {
  table x{"symbol,price,bid,timestamp"};
  CAF_CHECK_EQUAL(x.read("A,1,-1e19,"), "A price 1.0000");
  CAF_CHECK_EQUAL(x.left_out, "bid must not be below -1e18");
  CAF_CHECK_EQUAL(x.read("A,1,2,never"), "A price 1.0000 bid 2.0000");
  CAF_CHECK_NOT_EQUAL(x.left_out.find("ISO 8601"), std::string::npos);
  CAF_CHECK_EQUAL(x.read("A,1,2,"), "A price 1.0000 bid 2.0000");
  CAF_CHECK_EQUAL(x.left_out, "");
  // Whoever does not want to know need not.
  CAF_CHECK(x.ticks.row("A,1,-1,", nullptr));
}

CAF_TEST(numbers may be written as people do) {
  table x{"symbol,price"};
  for (auto text : {"0.5", ".5", "+.5", "+0.5", "5e-1", "+5e-1", ".05e1"}) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(x.read("A,"s + text), "A price 0.5000");
  }
  for (auto text : {"5", "5.", "+5.", "+5", "5.e0"}) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(x.read("A,"s + text), "A price 5.0000");
  }
  for (auto text : {".", "+", "-", "+.", "++5", "+-5", "--5", "5..", "5,0",
                    "0x5", "$5", "5e", ".e1", "1 000", "NaN", "inf"}) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(x.read("A,\""s + text + "\""),
                    "price must be a number or a numeric string");
  }
  CAF_CHECK_EQUAL(x.read("A,-.5"), "A price -0.500");
}

CAF_TEST(a change gives the close before unless the row has it) {
  table x{"change,symbol,price,prev_close"};
  CAF_CHECK_EQUAL(x.read("+4.46,A,150,"), "A price 150.00 prev_close 145.54");
  CAF_CHECK_EQUAL(x.read("-.5,A,1,"), "A price 1.0000 prev_close 1.5000");
  CAF_CHECK_EQUAL(x.read("x,A,150,140"), "A price 150.00 prev_close 140.00");
  CAF_CHECK_EQUAL(x.left_out, "");
  CAF_CHECK_EQUAL(x.read("4.46,A,,140"), "A prev_close 140.00");
  CAF_CHECK_EQUAL(x.read("1,A,,"),
                  "a tick needs at least one field besides symbol");
  CAF_CHECK_EQUAL(x.read("x,A,150,"), "A price 150.00");
  CAF_CHECK_EQUAL(x.left_out, "change must be a number");
  CAF_CHECK_EQUAL(x.read("1e18,A,-1e18,"), "A price -10000");
  CAF_CHECK_EQUAL(x.left_out,
                  "price - change: prev_close must not be below -1e18");
}

CAF_TEST(times are read as their columns say) {
  struct {
    std::string_view header;
    std::string_view line;
    std::string_view result;
  } cases[] = {
    {"symbol,ts_s", "A,1.5", "A at 1500000000"},
    {"symbol,ts_ms", "A,1500", "A at 1500000000"},
    {"symbol,ts_us", "A,+1500000.", "A at 1500000000"},
    {"symbol,ts_ns", "A,1500000000", "A at 1500000000"},
    {"symbol,time", "A,1970-01-01T00:00:01.5Z", "A at 1500000000"},
    {"symbol,time", "A,1700000000000", "A at 1700000000000000000"},
    {"symbol,time", "A,20240102", "A at 1704153600000000000"},
    {"symbol,time", "A,20240102T093000Z", "A at 1704187800000000000"},
    {"symbol,time", "A,20240102 09:30:00", "A at 1704187800000000000"},
    {"symbol,date", "A,1970-01-02", "A at 86400000000000"},
    {"symbol,date", "A,19700102", "A at 86400000000000"},
    {"symbol,date,time", "A,1970-01-02,00:00:01", "A at 86401000000000"},
    {"symbol,date,time", "A,19700102,00:00:01+00:01", "A at 86341000000000"},
    {"time,symbol,date", "00:00:01,A,19700102", "A at 86401000000000"},
    // A whole time stands for itself, whatever its day says.
    {"symbol,date,time", "A,2000-01-01,1970-01-01T00:00:01Z",
     "A at 1000000000"},
    {"symbol,date,time", "A,2000-01-01,1700000000000",
     "A at 1700000000000000000"},
    {"symbol,price,date,time", "A,1,1970-01-02,", "A price 1.0000"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.line);
    CAF_CHECK_EQUAL(table{c.header}.read(c.line), c.result);
  }
  // A time of day does not take the day of the row before.
  table x{"symbol,price,date,time"};
  CAF_CHECK_EQUAL(x.read("A,1,1970-01-02,00:00:01"),
                  "A price 1.0000 at 86401000000000");
  CAF_CHECK(x.read("A,1,,00:00:01").starts_with("time must be an ISO 8601"));
}

} // namespace
