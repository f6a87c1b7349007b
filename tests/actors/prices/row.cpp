#define CAF_SUITE actors.prices.row

#include "livegrid/actors/prices/row.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "wire.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using livegrid::test::load;
using livegrid::test::save;

namespace {

constexpr auto most = std::numeric_limits<std::uint32_t>::max();

symbol_name aapl() {
  return *symbol_name::parse("AAPL");
}

row_ptr make_row() {
  cell_set changed;
  changed.set(index(cell::price));
  changed.set(fixed_cells + 1);
  row_builder x{
    aapl(),
    {.epoch = 3, .version = std::numeric_limits<std::uint64_t>::max()},
    changed};
  x.set(cell::symbol, "\"AAPL\"");
  x.set(cell::price, "150.25");
  x.set(cell::seq, "9");
  x.add_extra("note", "\"a\"");
  x.add_extra("vwap", "149.5");
  x.stamp({source::socket, 7, 1, 2, 3});
  lineage past;
  past.add({2, 9});
  x.state({3, 8}, past);
  return std::move(x).finish();
}

/// What a row looks like on its way, for writing such as no row makes.
struct forged_row {
  std::uint8_t present = 1;
  std::string symbol = "AAPL";
  std::uint64_t epoch = 0;
  std::uint64_t version = 1;
  std::array<std::uint64_t, 2> state{};
  std::vector<state_id> past;
  bool past_cut = false;
  bool restated = false;
  std::string from = "post";
  std::array<std::uint64_t, 4> stamp{};
  session_mark session;
  std::vector<batch_mark> marks;
  std::uint64_t seq_of = 0;
  std::vector<seq_mark> seqs;
  std::array<std::uint64_t, 2> changed{};
  std::array<std::pair<std::uint32_t, std::uint32_t>, fixed_cells> fixed{};
  std::vector<std::array<std::uint32_t, 3>> extras;
  std::string text = "\"AAPL\"";

  template <class Inspector>
  friend auto inspect(Inspector& f, forged_row& x) {
    return f(x.present, x.symbol, x.epoch, x.version, x.state[0], x.state[1],
             x.past, x.past_cut, x.restated, x.from, x.stamp[0], x.stamp[1],
             x.stamp[2], x.stamp[3], x.session, x.marks, x.seq_of, x.seqs,
             x.changed, x.fixed, x.extras, x.text);
  }
};

CAF_TEST(a vacant row has but a name and no trade) {
  auto x = row::vacant(aapl());
  CAF_CHECK_EQUAL(x->version(), 0u);
  CAF_CHECK(x->changed().none());
  CAF_CHECK_EQUAL(x->symbol().str(), "AAPL");
  CAF_CHECK_EQUAL(x->num_extras(), 0u);
  for (std::size_t i = 0; i < fixed_cells; ++i) {
    auto c = static_cast<cell>(i);
    CAF_CHECK_EQUAL(x->text(c), c == cell::symbol      ? "\"AAPL\""
                                : c == cell::freshness ? "\"never\""
                                                       : "null");
  }
}

void check_sample(const row& x) {
  CAF_CHECK_EQUAL(x.symbol().str(), "AAPL");
  CAF_CHECK_EQUAL(x.version(), std::numeric_limits<std::uint64_t>::max());
  CAF_CHECK_EQUAL(x.changed().count(), 2u);
  CAF_CHECK(x.changed().test(index(cell::price)));
  CAF_CHECK(x.changed().test(fixed_cells + 1));
  CAF_CHECK_EQUAL(x.text(cell::symbol), "\"AAPL\"");
  CAF_CHECK_EQUAL(x.text(cell::price), "150.25");
  CAF_CHECK_EQUAL(x.text(cell::seq), "9");
  CAF_CHECK(x.stamp() == (row_stamp{source::socket, 7, 1, 2, 3}));
  CAF_CHECK((x.order() == row_order{.epoch = 3, .version = UINT64_MAX}));
  CAF_CHECK((x.state() == state_id{3, 8}));
  CAF_CHECK((x.past().last() == state_id{2, 9}));
  CAF_CHECK(!x.is_restated());
  CAF_CHECK_EQUAL(x.text(cell::date), "null");
  CAF_REQUIRE_EQUAL(x.num_extras(), 2u);
  CAF_CHECK_EQUAL(x.extra_name(0), "note");
  CAF_CHECK_EQUAL(x.extra_text(0), "\"a\"");
  CAF_CHECK_EQUAL(x.find_extra("vwap"), 1);
  CAF_CHECK_EQUAL(x.extra_text(1), "149.5");
  CAF_CHECK_EQUAL(x.find_extra("vwa"), -1);
  CAF_CHECK_EQUAL(x.find_extra("price"), -1);
}

CAF_TEST(a row is what it was made of) {
  check_sample(*make_row());
}

CAF_TEST(rows cross nodes) {
  row_batch batch;
  batch.rows = {make_row(), nullptr, row::vacant(aapl())};
  row_batch copy;
  copy.rows = {make_row()};
  CAF_REQUIRE_EQUAL(load(save(batch), copy), caf::none);
  CAF_REQUIRE_EQUAL(copy.rows.size(), 3u);
  CAF_REQUIRE(copy.rows[0]);
  check_sample(*copy.rows[0]);
  CAF_CHECK(copy.rows[0] != batch.rows[0]);
  CAF_CHECK(!copy.rows[1]);
  CAF_REQUIRE(copy.rows[2]);
  CAF_CHECK_EQUAL(copy.rows[2]->version(), 0u);
}

CAF_TEST(cell sets are two words) {
  for (std::size_t i = 0; i < cell_set{}.size(); ++i) {
    cell_set x;
    x.set(i);
    auto words = to_words(x);
    CAF_CHECK_EQUAL(words[i / 64], std::uint64_t{1} << i % 64);
    CAF_CHECK_EQUAL(words[1 - i / 64], 0u);
    cell_set y;
    CAF_CHECK(from_words(words, y));
    CAF_CHECK(x == y);
  }
  cell_set x;
  CAF_CHECK(!from_words({0, std::uint64_t{1} << (cell_set{}.size() - 64)}, x));
}

CAF_TEST(a forged row that is right loads) {
  forged_row x;
  x.fixed[index(cell::symbol)] = {0, 6};
  x.extras = {{1, 2, 3}};
  x.changed = {std::uint64_t{1} << fixed_cells, 0};
  row_ptr y;
  CAF_REQUIRE_EQUAL(load(save(x), y), caf::none);
  CAF_REQUIRE(y);
  CAF_CHECK_EQUAL(y->text(cell::symbol), "\"AAPL\"");
  CAF_CHECK_EQUAL(y->extra_name(0), "AA");
  CAF_CHECK_EQUAL(y->extra_text(0), "PL\"");
}

CAF_TEST(rows that cannot be do not load) {
  struct {
    const char* name;
    void (*spoil)(forged_row&);
  } cases[] = {
    {"too many owners",
     [](forged_row& x) {
       x.past.resize(lineage::max_size + 1, {1, 1});
     }},
    {"too many marks",
     [](forged_row& x) { x.marks.resize(max_batch_marks + 1); }},
    {"too many publishers' counts",
     [](forged_row& x) { x.seqs.resize(max_seq_marks + 1); }},
    {"size beyond the text",
     [](forged_row& x) {
       x.fixed[2] = {0, 7};
     }},
    {"offset beyond the text",
     [](forged_row& x) {
       x.fixed[2] = {7, 0};
     }},
    {"sum beyond 32 bits",
     [](forged_row& x) {
       x.fixed[2] = {most, 2};
     }},
    {"extra beyond the text",
     [](forged_row& x) {
       x.extras = {{0, 3, 4}};
     }},
    {"extra beyond 32 bits",
     [](forged_row& x) {
       x.extras = {{1, most, 1}};
     }},
    {"extra far beyond",
     [](forged_row& x) {
       x.extras = {{most, most, most}};
     }},
    {"too many extras", [](forged_row& x) { x.extras.resize(65); }},
    {"changed beyond the cells",
     [](forged_row& x) {
       x.changed = {0, std::uint64_t{1} << 63};
     }},
    {"changed beyond the extras",
     [](forged_row& x) {
       x.changed = {std::uint64_t{1} << fixed_cells, 0};
     }},
    {"no name", [](forged_row& x) { x.symbol = "A "; }},
    {"no source", [](forged_row& x) { x.from = ""; }},
    {"neither a row nor none", [](forged_row& x) { x.present = 2; }},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    forged_row x;
    c.spoil(x);
    row_ptr y = make_row();
    CAF_CHECK_EQUAL(load(save(x), y), caf::sec::invalid_argument);
    CAF_CHECK(!y);
  }
}

CAF_TEST(a row that is cut off does not load) {
  row_batch batch;
  batch.rows = {make_row()};
  auto whole = save(batch);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    row_batch copy;
    CAF_CHECK(
      load({whole.begin(), whole.begin() + static_cast<long>(size)}, copy));
  }
}

CAF_TEST(the newer owner decides then the way to it then the count) {
  row_order x{.epoch = 2, .link = 1, .version = 5};
  CAF_CHECK((x < row_order{.epoch = 3, .link = 0, .version = 1}));
  CAF_CHECK((x < row_order{.epoch = 2, .link = 2, .version = 1}));
  CAF_CHECK((x < row_order{.epoch = 2, .link = 1, .version = 6}));
  CAF_CHECK((row_order{2, 1, 6}.follows(x)));
  CAF_CHECK((!row_order{2, 1, 7}.follows(x)));
  CAF_CHECK((!row_order{2, 2, 6}.follows(x)));
  CAF_CHECK((!row_order{3, 1, 6}.follows(x)));
}

CAF_TEST(a mark comes after its row and before all that its owner sends) {
  row_order x{.epoch = 2, .link = 1, .version = 5};
  auto marked = x;
  marked.marks = 1;
  CAF_CHECK(x < marked);
  CAF_CHECK((marked < row_order{.epoch = 2, .link = 1, .version = 6}));
  // It is taken away, and put there again.
  auto taken = x;
  taken.marks = 2;
  CAF_CHECK(marked < taken);
  CAF_CHECK(
    (taken < row_order{.epoch = 2, .link = 1, .version = 5, .marks = 3}));
  // Whoever sees it gets the row whole, and so does who has seen it.
  CAF_CHECK(!marked.follows({.epoch = 2, .link = 1, .version = 4}));
  CAF_CHECK(!(row_order{2, 1, 6}.follows(row_order{2, 1, 4, 1})));
}

CAF_TEST(the later state is of the later owner or of its later row) {
  state_id x{.epoch = 2, .version = 5};
  CAF_CHECK((x < state_id{.epoch = 2, .version = 6}));
  CAF_CHECK((x < state_id{.epoch = 3, .version = 1}));
  CAF_CHECK((state_id{} < x));
}

CAF_TEST(a row knows what its owner began with and what he made) {
  // Of an owner since that epoch.
  auto of = [](std::uint64_t epoch, const state_id& shown,
               const state_id& base) {
    row_builder x{aapl(), {.epoch = epoch, .version = 9}, {}};
    lineage past;
    past.add(base);
    x.state(shown, past);
    return std::move(x).finish();
  };
  auto newer = of(5, {5, 7}, {3, 5});
  struct {
    const char* name;
    row_ptr older;
    knowledge want;
  } cases[] = {
    {"what it began with", of(3, {3, 5}, {}), knowledge::all},
    {"what came before that", of(3, {3, 4}, {}), knowledge::all},
    {"what the owner before took later", of(3, {3, 6}, {}), knowledge::none},
    {"what another owner took meanwhile", of(4, {4, 1}, {3, 5}),
     knowledge::none},
    {"what its owner made", of(5, {5, 6}, {3, 5}), knowledge::all},
    {"what its owner made and another has shown since", of(6, {5, 6}, {5, 6}),
     knowledge::all},
    {"what an owner made that is none of those before", of(2, {2, 9}, {}),
     knowledge::none},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    CAF_CHECK(knowledge_of(*newer, *c.older) == c.want);
  }
  CAF_MESSAGE("an owner that has taken nothing");
  CAF_CHECK(knowledge_of(*of(5, {3, 5}, {3, 5}), *of(3, {3, 5}, {}))
            == knowledge::all);
  CAF_MESSAGE("an owner whose epoch is a later one since");
  CAF_CHECK(knowledge_of(*of(9, {9, 8}, {5, 7}), *of(5, {5, 7}, {3, 5}))
            == knowledge::all);
}

row_ptr small_row() {
  row_builder x{aapl(), {.epoch = 2, .link = 1, .version = 5}, {}};
  x.set(cell::symbol, "\"AAPL\"");
  x.set(cell::price, "1.5");
  x.set(cell::freshness, "\"live\"");
  x.add_extra("note", "\"x\"");
  x.mark({{{7, 8}, 9}});
  x.count(6, {{5, 4}});
  x.stamp({source::socket, 7, 1, 2, 3});
  x.session({.given = 1, .newest = tick_times{8, 9}});
  lineage past;
  past.add({1, 3});
  x.state({2, 4}, past);
  return std::move(x).finish();
}

CAF_TEST(a row of nobody else is altered and one of somebody copied) {
  auto x = small_row();
  const auto* before = x.get();
  auto y = with_link(std::move(x), 4, 77);
  CAF_CHECK_EQUAL(y.get(), before);
  CAF_CHECK_EQUAL(y->order().link, 4u);
  CAF_CHECK_EQUAL(y->came(), 77);
  auto z = with_link(y, 5, 78);
  CAF_CHECK_NOT_EQUAL(z.get(), y.get());
  CAF_CHECK_EQUAL(y->order().link, 4u);
  CAF_CHECK_EQUAL(z->order().link, 5u);
  CAF_CHECK_EQUAL(y->came(), 77);
  CAF_CHECK_EQUAL(z->came(), 78);
  CAF_CHECK_EQUAL(z->text(cell::price), "1.5");
}

CAF_TEST(a row that is marked as down says the same otherwise) {
  auto x = small_row();
  auto y = marked_down(*x);
  CAF_CHECK((y->order() == row_order{2, 1, 5, true}));
  CAF_CHECK((y->state() == state_id{2, 4}));
  CAF_CHECK((y->past().last() == state_id{1, 3}));
  CAF_CHECK_EQUAL(y->text(cell::freshness), "\"down\"");
  CAF_CHECK_EQUAL(y->text(cell::price), "1.5");
  CAF_CHECK_EQUAL(y->text(cell::volume), "null");
  CAF_CHECK_EQUAL(y->extra_text(0), "\"x\"");
  CAF_CHECK(y->is_restated());
  CAF_CHECK(y->marks() == x->marks());
  CAF_CHECK_EQUAL(y->seq_of(), 6u);
  CAF_CHECK(y->seqs() == x->seqs());
  CAF_CHECK(y->stamp() == x->stamp());
  CAF_CHECK(y->session() == x->session());
  CAF_CHECK(x->session() != session_mark{});
  CAF_CHECK_EQUAL(y->changed().count(), 1u);
  CAF_CHECK(y->changed().test(index(cell::freshness)));
}

CAF_TEST(a mark does not cross nodes) {
  row_batch batch;
  batch.rows = {marked_down(*small_row())};
  row_batch copy;
  CAF_REQUIRE_EQUAL(load(save(batch), copy), caf::none);
  CAF_CHECK((copy.rows.at(0)->order() == row_order{.epoch = 2, .version = 5}));
  CAF_CHECK(copy.rows.at(0)->session() == batch.rows.at(0)->session());
}

CAF_TEST(a row with another place says all the same) {
  auto x = small_row();
  auto y = with_order(*x, {.epoch = 9, .version = 8});
  CAF_CHECK((y->order() == row_order{.epoch = 9, .version = 8}));
  CAF_CHECK((x->order() == row_order{2, 1, 5}));
  CAF_CHECK(y->state() == x->state());
  CAF_CHECK(y->past() == x->past());
  CAF_CHECK(y->marks() == x->marks());
  CAF_CHECK_EQUAL(y->text(cell::price), "1.5");
  CAF_CHECK_EQUAL(y->extra_text(0), "\"x\"");
}

} // namespace
