#define CAF_SUITE actors.prices.price_state

#include "livegrid/actors/prices/price_state.hpp"

#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// 2023-09-05T16:00:00Z
constexpr timestamp noon{seconds{1693929600}};

symbol_name aapl() {
  return *symbol_name::parse("AAPL");
}

struct value {
  field which;
  double x;
};

tick make_tick(std::initializer_list<value> values,
               std::vector<extra_cell> extras = {}) {
  tick x;
  x.symbol = aapl();
  for (const auto& v : values)
    x.set(v.which, v.x);
  x.extras = std::move(extras);
  return x;
}

tick with_seq(std::int64_t seq, double price) {
  auto x = make_tick({{field::price, price}});
  x.seq = seq;
  return x;
}

tick with_time(timestamp time) {
  auto x = make_tick({{field::price, 1}});
  x.time = time;
  return x;
}

std::string text(price_state& x, cell c) {
  return std::string{x.render()->text(c)};
}

/// The names of the cells that changed, in order.
std::string changes(const row& x) {
  std::string result;
  for (std::size_t i = 0; i < fixed_cells + x.num_extras(); ++i) {
    if (!x.changed().test(i))
      continue;
    if (!result.empty())
      result += ' ';
    result += i < fixed_cells ? to_string(static_cast<cell>(i))
                              : x.extra_name(i - fixed_cells);
  }
  return result;
}

CAF_TEST(change follows from price and prev_close) {
  constexpr auto inf = std::numeric_limits<double>::infinity();
  constexpr auto tiny = std::numeric_limits<double>::denorm_min();
  struct {
    double price; // 0: not given
    double prev_close;
    const char* change;
    const char* change_percent;
  } cases[] = {
    {150.0, 145.54, "4.46", "0.030644"},
    {140.0, 138.20, "1.8", "0.013025"},
    {350.0, 345.00, "5", "0.014493"},
    {178.0, 175.50, "2.5", "0.014245"},
    {245.0, 240.00, "5", "0.020833"},
    {240.0, 245.0, "-5", "-0.020408"},
    {0.3, 0.1, "0.2", "2"},
    {0.1 + 0.2, 0.3, "4e-17", "0"},
    {100, 100, "0", "0"},
    {100.0000001, 100, "0.0000001", "0"},
    {3e-9, 2e-9, "1e-9", "0.5"},
    {1e18, 1, "1000000000000000000", "1000000000000000000"},
    {1e18, tiny, "1000000000000000000", "null"},
    {inf, 1, "null", "null"},
    {150, 0, "null", "null"},
    {0, 150, "null", "null"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.price << " after " << c.prev_close);
    price_state x{aapl()};
    if (c.price != 0)
      x.apply(make_tick({{field::price, c.price}}), {.received = noon});
    if (c.prev_close != 0)
      x.apply(make_tick({{field::prev_close, c.prev_close}}),
              {.received = noon});
    CAF_CHECK_EQUAL(text(x, cell::change), c.change);
    CAF_CHECK_EQUAL(text(x, cell::change_percent), c.change_percent);
  }
}

CAF_TEST(prices may be nothing or less and are no base of a percentage then) {
  struct {
    double prev_close;
    double price;
    const char* change;
    const char* change_percent;
  } cases[] = {
    {18.27, -37.63, "-55.9", "-3.059661"}, // oil, 2020-04-20
    {-37.63, 10.01, "47.64", "null"},
    {0, 0.25, "0.25", "null"},
    {0.25, 0, "-0.25", "-1"},
    {-0.5, -0.75, "-0.25", "null"},
    {0, 0, "0", "null"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.price << " after " << c.prev_close);
    price_state x{aapl()};
    x.apply(
      make_tick({{field::price, c.price}, {field::prev_close, c.prev_close}}),
      {.received = noon});
    CAF_CHECK_EQUAL(text(x, cell::change), c.change);
    CAF_CHECK_EQUAL(text(x, cell::change_percent), c.change_percent);
    price_state copy{aapl()};
    CAF_CHECK(copy.restore(x.render()));
    CAF_CHECK_EQUAL(text(copy, cell::price), text(x, cell::price));
    CAF_CHECK_EQUAL(text(copy, cell::change_percent), c.change_percent);
  }
}

CAF_TEST(high and low follow prices through 0) {
  price_state x{aapl()};
  for (auto price : {0.5, -0.5, -37.63, -1.})
    x.apply(make_tick({{field::price, price}}), {.received = noon});
  CAF_CHECK_EQUAL(text(x, cell::high), "0.5");
  CAF_CHECK_EQUAL(text(x, cell::low), "-37.63");
  CAF_CHECK_EQUAL(text(x, cell::price), "-1");
}

CAF_TEST(change becomes known late and follows each price) {
  price_state x{aapl()};
  x.apply(make_tick({{field::price, 150}}), {.received = noon});
  CAF_CHECK_EQUAL(text(x, cell::change), "null");
  CAF_CHECK_EQUAL(text(x, cell::change_percent), "null");
  x.apply(make_tick({{field::prev_close, 145.54}}), {.received = noon});
  CAF_CHECK_EQUAL(text(x, cell::change), "4.46");
  x.apply(make_tick({{field::price, 145}}), {.received = noon});
  CAF_CHECK_EQUAL(text(x, cell::change), "-0.54");
  CAF_CHECK_EQUAL(text(x, cell::change_percent), "-0.00371");
}

CAF_TEST(volume is taken or summed up) {
  constexpr auto biggest = std::numeric_limits<double>::max();
  struct {
    const char* name;
    std::vector<tick> ticks;
    const char* volume;
    const char* size;
  } cases[] = {
    {"volume as is",
     {make_tick({{field::volume, 1000}}), make_tick({{field::volume, 900}})},
     "900",
     "null"},
    {"size adds",
     {make_tick({{field::volume, 1000}}), make_tick({{field::size, 100}}),
      make_tick({{field::size, 50}})},
     "1150",
     "50"},
    {"size without a volume", {make_tick({{field::size, 100}})}, "100", "100"},
    {"both in one tick",
     {make_tick({{field::volume, 1000}}),
      make_tick({{field::size, 100}, {field::volume, 1100}})},
     "1100",
     "100"},
    {"no noise",
     {make_tick({{field::size, 0.1}}), make_tick({{field::size, 0.2}})},
     "0.3",
     "0.2"},
    {"size of 0", {make_tick({{field::size, 0}})}, "0", "0"},
    {"never infinite",
     {make_tick({{field::volume, biggest}}),
      make_tick({{field::size, biggest}})},
     "1.7976931348623157e+308",
     "1.7976931348623157e+308"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    price_state x{aapl()};
    for (const auto& t : c.ticks)
      x.apply(t, {.received = noon});
    CAF_CHECK_EQUAL(text(x, cell::volume), c.volume);
    CAF_CHECK_EQUAL(text(x, cell::size), c.size);
  }
}

CAF_TEST(price moves high and low) {
  struct {
    const char* name;
    std::vector<tick> ticks;
    const char* high;
    const char* low;
  } cases[] = {
    {"the first price", {make_tick({{field::price, 10}})}, "10", "10"},
    {"beyond",
     {make_tick({{field::price, 10}}), make_tick({{field::price, 12}}),
      make_tick({{field::price, 9}})},
     "12",
     "9"},
    {"between",
     {make_tick({{field::high, 12}, {field::low, 8}}),
      make_tick({{field::price, 10}})},
     "12",
     "8"},
    {"as given, even back",
     {make_tick({{field::price, 20}}),
      make_tick({{field::price, 10}, {field::high, 11}, {field::low, 9}})},
     "11",
     "9"},
    {"given, with a price beyond",
     {make_tick({{field::price, 13}, {field::high, 12}, {field::low, 9}})},
     "13",
     "9"},
    {"no price",
     {make_tick({{field::bid, 10}, {field::open, 11}})},
     "null",
     "null"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    price_state x{aapl()};
    for (const auto& t : c.ticks)
      x.apply(t, {.received = noon});
    CAF_CHECK_EQUAL(text(x, cell::high), c.high);
    CAF_CHECK_EQUAL(text(x, cell::low), c.low);
  }
}

CAF_TEST(every field has its cell) {
  for (std::size_t i = 0; i < num_fields; ++i) {
    auto f = static_cast<field>(i);
    CAF_MESSAGE(to_string(f));
    price_state x{aapl()};
    x.apply(make_tick({{f, 42.5}}), {.received = noon});
    CAF_CHECK_EQUAL(text(x, to_cell(f)), "42.5");
  }
}

CAF_TEST(repeats are counted and not applied) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  struct {
    const char* name;
    std::vector<std::int64_t> seqs; // -1000: a tick without one
    std::string outcome;            // y: applied, r: repeat
  } cases[] = {
    {"rising", {1, 2, 5}, "yyy"},
    {"the same again", {1, 1, 2}, "yry"},
    {"falling", {5, 4, 3, 6}, "yrry"},
    {"0 starts anew", {5, 0, 1, 1}, "yyyr"},
    {"0 again", {0, 0, 1}, "yyy"},
    {"0 between", {5, 0, 5, 0, 3, 2}, "yyyyyr"},
    {"below 0", {-5, -5, -4, 0, -3}, "yryyr"},
    {"without one", {5, -1000, 5, -1000, 6}, "yyryy"},
    {"the largest", {most, most, 0, 1}, "yryy"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    price_state x{aapl()};
    std::string outcome;
    std::string price = "null";
    std::uint64_t repeats = 0;
    for (std::size_t i = 0; i < c.seqs.size(); ++i) {
      auto t = with_seq(c.seqs[i], static_cast<double>(i + 1));
      if (c.seqs[i] == -1000)
        t.seq.reset();
      if (x.apply(t, {.received = noon}) == applied::yes) {
        outcome += 'y';
        price = std::to_string(i + 1);
      } else {
        outcome += 'r';
        ++repeats;
      }
      CAF_CHECK_EQUAL(text(x, cell::price), price);
    }
    CAF_CHECK_EQUAL(outcome, c.outcome);
    CAF_CHECK_EQUAL(x.repeats(), repeats);
    CAF_CHECK_EQUAL(x.ticks_applied(), c.seqs.size() - repeats);
  }
}

CAF_TEST(each publisher has a count of its own) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  price_state x{aapl()};
  auto apply = [&](std::int64_t seq, std::uint64_t of) {
    return x.apply(with_seq(seq, 1), {.received = noon, .seq_of = of})
           == applied::yes;
  };
  CAF_CHECK(apply(5, 1));
  CAF_CHECK(apply(most, 2));
  CAF_CHECK_EQUAL(text(x, cell::seq), "9223372036854775807");
  CAF_CHECK(!apply(5, 1));
  CAF_CHECK(apply(6, 1));
  CAF_CHECK_EQUAL(text(x, cell::seq), "6");
  CAF_CHECK(!apply(most, 2));
  CAF_CHECK(apply(0, 2));
  CAF_CHECK(apply(1, 2));
  CAF_CHECK(!apply(6, 1));
  // Whoever owns the symbol next knows all of them.
  auto last = x.render();
  x = price_state{aapl()};
  CAF_REQUIRE(x.restore(last));
  CAF_CHECK(!apply(6, 1));
  CAF_CHECK(!apply(1, 2));
  CAF_CHECK(apply(2, 2));
  CAF_CHECK(apply(7, 1));
}

CAF_TEST(of many publishers the one that was silent longest is forgotten) {
  price_state x{aapl()};
  auto apply = [&](std::uint64_t of) {
    return x.apply(with_seq(1, 1), {.received = noon, .seq_of = of})
           == applied::yes;
  };
  for (std::uint64_t i = 0; i <= max_seq_marks + 1; ++i)
    CAF_CHECK(apply(i));
  CAF_CHECK(apply(0));
  CAF_CHECK(!apply(max_seq_marks + 1));
  CAF_CHECK_EQUAL(x.render()->seqs().size(), max_seq_marks);
}

CAF_TEST(a repeat changes nothing at all) {
  price_state x{aapl()};
  x.apply(with_seq(7, 150), {.received = noon});
  auto before = x.render();
  auto t = with_seq(7, 151);
  t.time = noon;
  t.extras = {{"vwap", "1"}};
  CAF_CHECK(x.apply(t, {.received = noon + seconds{5}}) == applied::repeat);
  CAF_CHECK(x.render() == before);
  CAF_CHECK(!x.knows_extra("vwap"));
  CAF_CHECK(x.last_received() == noon);
  CAF_CHECK_EQUAL(text(x, cell::seq), "7");
}

CAF_TEST(date and time) {
  struct {
    const char* name;
    timestamp time;
    const char* date;
    const char* iso;
  } cases[] = {
    {"noon", noon, "\"2023-09-05\"", "\"2023-09-05T16:00:00.000Z\""},
    {"just before midnight", noon + seconds{8 * 3600} - nanoseconds{1},
     "\"2023-09-05\"", "\"2023-09-05T23:59:59.999Z\""},
    {"midnight", noon + seconds{8 * 3600}, "\"2023-09-06\"",
     "\"2023-09-06T00:00:00.000Z\""},
    {"milliseconds", noon + milliseconds{45} + nanoseconds{999'999},
     "\"2023-09-05\"", "\"2023-09-05T16:00:00.045Z\""},
    {"a leap day", timestamp{seconds{1709164800}}, "\"2024-02-29\"",
     "\"2024-02-29T00:00:00.000Z\""},
    {"the epoch", timestamp{}, "\"1970-01-01\"",
     "\"1970-01-01T00:00:00.000Z\""},
    {"before it", timestamp{nanoseconds{-1}}, "\"1969-12-31\"",
     "\"1969-12-31T23:59:59.999Z\""},
    {"the first of all", timestamp::min(), "\"1677-09-21\"",
     "\"1677-09-21T00:12:43.145Z\""},
    {"the last of all", timestamp::max(), "\"2262-04-11\"",
     "\"2262-04-11T23:47:16.854Z\""},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    price_state x{aapl()};
    x.apply(with_time(c.time), {.received = noon + seconds{86400}});
    CAF_CHECK_EQUAL(text(x, cell::date), c.date);
    CAF_CHECK_EQUAL(text(x, cell::time), c.iso);
  }
}

CAF_TEST(the time of receipt stands in for the date alone) {
  price_state x{aapl()};
  CAF_CHECK(!x.last_received());
  x.apply(make_tick({{field::price, 1}}), {.received = noon});
  CAF_CHECK_EQUAL(text(x, cell::date), "\"2023-09-05\"");
  CAF_CHECK_EQUAL(text(x, cell::time), "null");
  x.apply(with_time(noon + seconds{1}), {.received = noon + seconds{2}});
  x.apply(make_tick({{field::price, 2}}), {.received = noon + seconds{86400}});
  CAF_CHECK_EQUAL(text(x, cell::date), "\"2023-09-06\"");
  CAF_CHECK_EQUAL(text(x, cell::time), "\"2023-09-05T16:00:01.000Z\"");
  CAF_CHECK(x.last_received() == noon + seconds{86400});
}

CAF_TEST(a first state is no trade) {
  price_state x{aapl()};
  CAF_CHECK(!x.alive());
  auto t = with_time(noon);
  t.set(field::prev_close, 2);
  t.extras = {{"venue", "\"XNAS\""}};
  x.load(t);
  CAF_CHECK(x.alive());
  CAF_CHECK_EQUAL(x.ticks_applied(), 0u);
  CAF_CHECK(!x.last_received());
  CAF_CHECK_EQUAL(text(x, cell::price), "1");
  CAF_CHECK_EQUAL(text(x, cell::change), "-1");
  CAF_CHECK_EQUAL(text(x, cell::date), "null");
  CAF_CHECK_EQUAL(text(x, cell::time), "null");
  CAF_CHECK(x.knows_extra("venue"));
  x.apply(make_tick({{field::price, 3}}), {.received = noon});
  CAF_CHECK_EQUAL(text(x, cell::date), "\"2023-09-05\"");
  CAF_CHECK_EQUAL(x.ticks_applied(), 1u);
}

CAF_TEST(rows say what changed) {
  struct {
    const char* name;
    tick x;
    const char* changed;
  } steps[] = {
    {"all that is known", make_tick({{field::price, 150}, {field::volume, 10}}),
     "date symbol price volume high low freshness source trade_date"},
    {"price inside the day's range, volume",
     make_tick({{field::price, 150}, {field::volume, 11}}), "volume"},
    {"a previous close", make_tick({{field::prev_close, 145.54}}),
     "change change_percent prev_close"},
    {"price", make_tick({{field::price, 149}}),
     "price change change_percent low"},
    {"both so that change stays",
     make_tick({{field::price, 150}, {field::prev_close, 146.54}}),
     "price change_percent prev_close"},
    {"nothing", make_tick({{field::price, 150}}), ""},
    {"an extra cell", make_tick({}, {{"vwap", "1.5"}}), "vwap"},
    {"the same extra cell and another",
     make_tick({}, {{"vwap", "1.5"}, {"note", "true"}}), "note"},
    {"a cell taken back that was never there",
     make_tick({}, {{"mood", "null"}, {"vwap", "1.5"}}), ""},
    {"both extra cells in another order",
     make_tick({}, {{"note", "\"a\""}, {"vwap", "2"}}), "vwap note"},
    {"size", make_tick({{field::size, 4}}), "volume size"},
    {"the same size again", make_tick({{field::size, 4}}), "volume"},
    {"the last of an extra cell given twice",
     make_tick({}, {{"vwap", "3"}, {"vwap", "2"}}), ""},
  };
  price_state x{aapl()};
  std::uint64_t version = 0;
  for (const auto& s : steps) {
    CAF_MESSAGE(s.name);
    auto before = x.alive() ? x.render() : nullptr;
    x.apply(s.x, {.received = noon});
    auto after = x.render();
    CAF_CHECK(after != before);
    CAF_CHECK_EQUAL(after->version(), ++version);
    CAF_CHECK_EQUAL(changes(*after), s.changed);
    CAF_CHECK(x.render() == after);
    CAF_CHECK_EQUAL(after->symbol().str(), "AAPL");
  }
  auto last = x.render();
  CAF_CHECK_EQUAL(last->text(cell::symbol), "\"AAPL\"");
  CAF_CHECK_EQUAL(last->text(cell::price), "150");
  CAF_CHECK_EQUAL(last->text(cell::change), "3.46");
  CAF_CHECK_EQUAL(last->text(cell::volume), "19");
  CAF_CHECK_EQUAL(last->text(cell::bid), "null");
  CAF_CHECK_EQUAL(last->extra_text(0), "2");
  CAF_CHECK_EQUAL(last->extra_text(1), "\"a\"");
}

CAF_TEST(several ticks make one row) {
  price_state x{aapl()};
  x.load(make_tick({{field::price, 10}, {field::high, 99}, {field::low, 1}}));
  x.render();
  x.apply(make_tick({{field::price, 11}}), {.received = noon});
  x.apply(make_tick({{field::volume, 5}}), {.received = noon});
  x.apply(make_tick({{field::price, 10}}), {.received = noon});
  auto row = x.render();
  CAF_CHECK_EQUAL(row->version(), 2u);
  CAF_CHECK_EQUAL(changes(*row), "date volume freshness source trade_date");
}

CAF_TEST(time passing makes a row that says so) {
  price_state x{aapl()};
  x.apply(make_tick({{field::price, 10}}), {.received = noon,
                                            .applied = noon + seconds{1},
                                            .from = source::socket,
                                            .feed = 7});
  auto live = x.render();
  CAF_CHECK_EQUAL(live->text(cell::freshness), "\"live\"");
  CAF_CHECK(!live->is_restated());
  CAF_CHECK(!x.set_fresh(freshness::live));
  CAF_CHECK(x.render() == live);
  CAF_CHECK(x.set_fresh(freshness::quiet));
  auto quiet = x.render();
  CAF_CHECK_EQUAL(quiet->version(), live->version() + 1);
  CAF_CHECK_EQUAL(changes(*quiet), "freshness");
  CAF_CHECK_EQUAL(quiet->text(cell::freshness), "\"quiet\"");
  CAF_CHECK(quiet->is_restated());
  // It still shows that tick.
  CAF_CHECK(quiet->stamp() == live->stamp());
  auto ns = [](timestamp t) { return t.time_since_epoch().count(); };
  CAF_CHECK(
    quiet->stamp()
    == (row_stamp{source::socket, 7, 0, ns(noon), ns(noon + seconds{1})}));
  // A tick that brings nothing new is a tick all the same.
  x.apply(make_tick({{field::price, 10}}),
          {.received = noon, .from = source::socket});
  auto again = x.render();
  CAF_CHECK_EQUAL(changes(*again), "freshness");
  CAF_CHECK(!again->is_restated());
}

CAF_TEST(a repeat leaves what its tick was) {
  price_state x{aapl()};
  auto first = make_tick({{field::price, 10}});
  first.seq = 5;
  x.apply(first, {.received = noon});
  auto before = x.render()->stamp();
  x.apply(first, {.received = noon + seconds{9}});
  CAF_CHECK(x.render()->stamp() == before);
}

CAF_TEST(a row stays as it was) {
  price_state x{aapl()};
  x.apply(make_tick({{field::price, 10}}, {{"vwap", "1"}}), {.received = noon});
  auto row = x.render();
  x.apply(make_tick({{field::price, 11}}, {{"vwap", "2"}}), {.received = noon});
  x.render();
  CAF_CHECK_EQUAL(row->text(cell::price), "10");
  CAF_CHECK_EQUAL(row->extra_text(0), "1");
}

CAF_TEST(a symbol without a tick is vacant) {
  price_state x{aapl()};
  auto vacant = x.render();
  CAF_CHECK(x.render() == vacant);
  CAF_CHECK_EQUAL(vacant->version(), 0u);
  CAF_CHECK_EQUAL(vacant->text(cell::symbol), "\"AAPL\"");
  CAF_CHECK_EQUAL(vacant->text(cell::price), "null");
  x.apply(make_tick({{field::price, 10}}), {.received = noon});
  CAF_CHECK_EQUAL(x.render()->version(), 1u);
  CAF_CHECK_EQUAL(changes(*x.render()),
                  "date price high low freshness source trade_date");
}

CAF_TEST(a symbol has as many extra cells as fit) {
  price_state x{aapl()};
  CAF_CHECK_EQUAL(x.num_extras(), 0u);
  CAF_CHECK(!x.knows_extra("x0"));
  std::vector<extra_cell> extras;
  for (std::size_t i = 0; i < max_extra_cells; ++i)
    extras.push_back({"x" + std::to_string(i), std::to_string(i)});
  x.apply(make_tick({}, extras), {.received = noon});
  CAF_CHECK_EQUAL(x.num_extras(), max_extra_cells);
  CAF_CHECK(x.knows_extra("x0"));
  CAF_CHECK(x.knows_extra("x63"));
  CAF_CHECK(!x.knows_extra("x64"));
  auto row = x.render();
  CAF_CHECK_EQUAL(row->changed().count(), 5 + max_extra_cells);
  CAF_CHECK_EQUAL(row->find_extra("x63"), 63);
  CAF_CHECK_EQUAL(row->extra_text(63), "63");
  x.apply(make_tick({}, {{"x63", "\"last\""}, {"x0", "true"}}),
          {.received = noon});
  CAF_CHECK_EQUAL(changes(*x.render()), "x0 x63");
  CAF_CHECK_EQUAL(x.num_extras(), max_extra_cells);
}

CAF_TEST(the longest name fits) {
  auto name = std::string(symbol_name::max_size - 2, 'x') + "\xc3\x85";
  price_state x{*symbol_name::parse(name)};
  CAF_CHECK_EQUAL(text(x, cell::symbol), '"' + name + '"');
  tick t;
  t.symbol = x.symbol();
  t.seq = std::numeric_limits<std::int64_t>::min();
  t.set(field::price, 1.2345678901234566e-7);
  x.apply(t, {.received = noon});
  CAF_CHECK_EQUAL(text(x, cell::symbol), '"' + name + '"');
  CAF_CHECK_EQUAL(text(x, cell::seq), "-9223372036854775808");
  CAF_CHECK_EQUAL(text(x, cell::price), "0.00000012345678901234566");
  t.seq.reset();
  t.set(field::price, -1.2345678901234566e-7);
  x.apply(t, {.received = noon});
  CAF_CHECK_EQUAL(text(x, cell::price), "-0.00000012345678901234566");
}

// -- what is simulated --------------------------------------------------------

CAF_TEST(a row says where its last tick came from) {
  price_state x{aapl()};
  x.load(make_tick({{field::price, 150}}));
  CAF_CHECK_EQUAL(text(x, cell::source), "null");
  const std::pair<source, const char*> cases[] = {
    {source::simulator, "\"simulator\""},
    {source::replay, "\"replay\""},
    {source::post, "\"post\""},
    {source::socket, "\"socket\""},
    {*source::parse("nasdaq_1"), "\"nasdaq_1\""},
  };
  for (const auto& [from, shown] : cases) {
    x.apply(make_tick({{field::price, 151}}), {.received = noon, .from = from});
    CAF_CHECK_EQUAL(text(x, cell::source), shown);
    x.apply(make_tick({{field::price, 151}}), {.received = noon, .from = from});
    CAF_CHECK_EQUAL(changes(*x.render()), "");
  }
}

CAF_TEST(a first state is simulated where a simulator goes on from it) {
  price_state x{aapl()};
  x.load(make_tick({{field::price, 150}}), true);
  CAF_CHECK_EQUAL(text(x, cell::source), "\"simulator\"");
  CAF_CHECK_EQUAL(text(x, cell::freshness), "\"never\"");
  price_state y{aapl()};
  y.load(make_tick({{field::prev_close, 150}}), true);
  CAF_CHECK_EQUAL(text(y, cell::source), "null");
}

/// What a simulator and its first state have brought.
price_state simulated() {
  price_state x{aapl()};
  x.load(make_tick({{field::price, 150},
                    {field::prev_close, 145.54},
                    {field::volume, 1e6},
                    {field::market_cap, 1e9}},
                   {{"sector", "\"Tech\""}}),
         true);
  x.apply(make_tick({{field::price, 151}, {field::bid, 150.9}}),
          {.received = noon, .from = source::simulator});
  return x;
}

CAF_TEST(nothing that is simulated stands beside what is real) {
  for (auto from : {source::post, source::socket, source::replay,
                    *source::parse("only_a_peers")}) {
    auto x = simulated();
    x.render();
    x.apply(make_tick({{field::price, 189.41}, {field::size, 7}}),
            {.received = noon + std::chrono::hours{24}, .from = from});
    auto shown = x.render();
    for (std::size_t i = 0; i < fixed_cells; ++i) {
      auto which = static_cast<cell>(i);
      std::string is{shown->text(which)};
      CAF_MESSAGE(to_string(which));
      if (which == cell::price || which == cell::high || which == cell::low)
        CAF_CHECK_EQUAL(is, "189.41");
      else if (which == cell::volume || which == cell::size)
        CAF_CHECK_EQUAL(is, "7");
      else if (which == cell::date || which == cell::trade_date)
        CAF_CHECK_EQUAL(is, "\"2023-09-06\"");
      else if (which == cell::symbol)
        CAF_CHECK_EQUAL(is, "\"AAPL\"");
      else if (which == cell::freshness)
        CAF_CHECK_EQUAL(is, "\"live\"");
      else if (which == cell::source)
        CAF_CHECK_EQUAL(is, '"' + std::string{from.name()} + '"');
      else
        CAF_CHECK_EQUAL(is, "null");
    }
    CAF_CHECK_EQUAL(shown->extra_text(0), "null");
    CAF_CHECK_EQUAL(changes(*shown),
                    "date price change change_percent volume market_cap high "
                    "low prev_close bid size source trade_date sector");
    // It is cleared once.
    x.apply(make_tick({{field::bid, 5}}, {{"sector", "\"Food\""}}),
            {.received = noon, .from = source::post});
    CAF_CHECK_EQUAL(text(x, cell::price), "189.41");
    CAF_CHECK_EQUAL(x.render()->extra_text(0), "\"Food\"");
  }
}

CAF_TEST(what is simulated is cleared as well by an owner that comes after) {
  auto before = simulated();
  price_state after{aapl()};
  CAF_REQUIRE(after.restore(before.render()));
  CAF_CHECK_EQUAL(text(after, cell::source), "\"simulator\"");
  after.apply(make_tick({{field::bid, 5}}),
              {.received = noon, .from = source::post});
  CAF_CHECK_EQUAL(text(after, cell::price), "null");
  CAF_CHECK_EQUAL(text(after, cell::change), "null");
  CAF_CHECK_EQUAL(text(after, cell::bid), "5");
}

CAF_TEST(a first state of a file stays beside what is real) {
  price_state x{aapl()};
  x.load(make_tick({{field::prev_close, 145.54}, {field::price, 150}}));
  x.apply(make_tick({{field::price, 151}}),
          {.received = noon, .from = source::post});
  CAF_CHECK_EQUAL(text(x, cell::prev_close), "145.54");
  CAF_CHECK_EQUAL(text(x, cell::change), "5.46");
}

} // namespace
