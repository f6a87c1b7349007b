#define CAF_SUITE http.readers.csv_columns

#include "livegrid/http/readers/csv_columns.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

csv_header read(const std::vector<std::string_view>& names) {
  return read_csv_header(names);
}

/// Writes what a column is taken for; with a question mark where it is
/// optional.
std::string show(const csv_column& x) {
  using kind = csv_column::kind;
  constexpr std::string_view units[] = {"s", "ms", "us", "ns"};
  std::string out;
  switch (x.what) {
  case kind::unused:
    return "-";
  case kind::tick_field:
    out = x.key.what == tick_key::kind::symbol ? "symbol"
          : x.key.what == tick_key::kind::seq
            ? "seq"
            : std::string{to_string(x.key.which)};
    break;
  case kind::change:
    out = "change";
    break;
  case kind::time:
    out = "time";
    break;
  case kind::epoch:
    out = "epoch " + std::string{units[static_cast<int>(x.unit)]};
    break;
  case kind::day:
    out = "day";
    break;
  case kind::date:
    out = "date";
    break;
  }
  return x.optional ? out + "?" : out;
}

/// Writes what the columns of a header line are taken for.
std::string show(const std::vector<std::string_view>& names) {
  std::string out;
  for (auto& x : read(names).columns)
    out += (out.empty() ? "" : ", ") + show(x);
  return out;
}

CAF_TEST(columns are told by their names) {
  struct {
    std::vector<std::string_view> names;
    std::string_view result;
  } cases[] = {
    {{"symbol", "price"}, "symbol, price"},
    {{"SYMBOL", "Price", "Seq"}, "symbol, price, seq"},
    {{"symbol", "volume", "size", "prev_close", "open", "high", "low", "bid",
      "ask", "bid_size", "ask_size", "market_cap"},
     "symbol, volume?, size?, prev_close?, open?, high?, low?, bid?, ask?, "
     "bid_size?, ask_size?, market_cap?"},
    {{"symbol", "day_volume", "change"}, "symbol, volume?, change?"},
    {{"symbol", "change_percent", "freshness", "note", ""},
     "symbol, -, -, -, -"},
    // Of columns that say the same the leftmost counts.
    {{"symbol", "price", "PRICE", "symbol"}, "symbol, price, -, -"},
    {{"symbol", "day_volume", "volume"}, "symbol, volume?, -"},
    {{"symbol", "change", "Change"}, "symbol, change?, -"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.result);
    CAF_CHECK_EQUAL(show(c.names), c.result);
    CAF_CHECK_EQUAL(read(c.names).fault, "");
  }
}

CAF_TEST(of times ours come first then an exchange 's and a receiver' s) {
  struct {
    std::vector<std::string_view> names;
    std::string_view result;
  } cases[] = {
    // Only a time of ours has to be readable.
    {{"symbol", "time"}, "symbol, time"},
    {{"symbol", "ts_s"}, "symbol, epoch s"},
    {{"symbol", "ts_ms"}, "symbol, epoch ms"},
    {{"symbol", "TS_US"}, "symbol, epoch us"},
    {{"symbol", "ts_ns"}, "symbol, epoch ns"},
    {{"symbol", "ts_ns", "time", "ts_s"}, "symbol, epoch ns, -, -"},
    {{"symbol", "time", "ts_ns"}, "symbol, time, -"},
    {{"symbol", "recv_ms", "timestamp", "time"}, "symbol, -, -, time"},
    {{"symbol", "recv_ms", "timestamp"}, "symbol, -, time?"},
    {{"symbol", "timestamp", "datetime"}, "symbol, time?, -"},
    {{"symbol", "datetime", "timestamp"}, "symbol, time?, -"},
    {{"symbol", "timestamp_ms"}, "symbol, epoch ms?"},
    {{"symbol", "epoch_ns"}, "symbol, epoch ns?"},
    {{"symbol", "local_timestamp"}, "symbol, time?"},
    {{"symbol", "recv_us", "received_at"}, "symbol, epoch us?, -"},
    // A day stands in for a time, ...
    {{"symbol", "date"}, "symbol, day?"},
    {{"symbol", "trade_date", "day"}, "symbol, day?, -"},
    // ... and belongs to one that may be a time of day alone.
    {{"symbol", "date", "time"}, "symbol, date?, time"},
    {{"symbol", "ts_recv", "day"}, "symbol, time?, date?"},
    {{"symbol", "date", "ts_ms"}, "symbol, -, epoch ms"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.result);
    CAF_CHECK_EQUAL(show(c.names), c.result);
  }
}

CAF_TEST(a header line without a symbol is a fault) {
  struct {
    std::vector<std::string_view> names;
    std::string_view fault;
  } cases[] = {
    {{}, "no symbol column in the header line"},
    {{""}, "no symbol column in the header line"},
    {{"symbol ", "price"}, "no symbol column in the header line"},
    {{"ticker", "price"}, "no symbol column in the header line"},
    {{"symbol;price"},
     "no symbol column in the header line: its fields are separated by "
     "semicolons; write it with commas (or tabs) between fields, and points "
     "in numbers"},
    {{"symbol|price"},
     "no symbol column in the header line: its fields are separated by |; "
     "write it with commas"},
    // Where there are several columns no guess is made.
    {{"a;b", "c"}, "no symbol column in the header line"},
  };
  for (auto& c : cases)
    CAF_CHECK_EQUAL(read(c.names).fault, c.fault);
}

CAF_TEST(the note names columns that are not used beside those that are) {
  CAF_CHECK_EQUAL(read({"symbol", "price", "time"}).note, "");
  CAF_CHECK_EQUAL(read({"symbol", "price", ""}).note, "");
  CAF_CHECK_EQUAL(read({"symbol", "price", "venue", "Price"}).note,
                  "not used: venue, Price; columns taken: symbol, price");
  // A name is cut to 40 bytes, and not within a character.
  auto cut = std::string(39, 'x');
  CAF_CHECK_EQUAL(read({"symbol", cut + "\xC3\xA9" + "y"}).note,
                  "not used: " + cut + "; columns taken: symbol");
  std::vector<std::string_view> names(21, "x");
  names[0] = "symbol";
  CAF_CHECK_EQUAL(read(names).note.find("more"), std::string::npos);
  names.insert(names.end(), 3, "y");
  auto note = read(names).note;
  CAF_CHECK(note.starts_with("not used: x, x"));
  CAF_CHECK(note.ends_with(", x and 3 more; columns taken: symbol"));
}

} // namespace
