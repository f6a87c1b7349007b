#define CAF_SUITE actors.delivery.flush_texts

#include "livegrid/actors/delivery/flush_texts.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/counters.hpp"

#include "made_row.hpp"
#include "scripted_sink.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

void frame_in_brackets(std::string& out, std::string_view text) {
  out += '<';
  out += text;
  out += '>';
}

struct fixture {
  view_ptr shown =
    std::make_shared<const view>(std::vector<std::string>{"symbol", "price"},
                                 std::vector<std::string>{"symbol"});
  flush_texts texts{frame_in_brackets};
  std::vector<staged_row> rows;
  std::vector<std::unique_ptr<outbox>> boxes;

  flush_texts::form& form_of(delivery_options options) {
    boxes.push_back(std::make_unique<outbox>(std::make_shared<scripted_sink>(),
                                             shown, options, frame_in_brackets,
                                             std::make_shared<counters>()));
    return texts.form_for(*boxes.back());
  }

  void stage(row_ptr x, bool whole = false) {
    rows.push_back({std::move(x), 0, whole, nullptr, false, false});
  }

  /// All rows joined into one write.
  std::string join(flush_texts::form& as, std::size_t want_rows) {
    std::vector<std::uint32_t> which;
    for (std::uint32_t i = 0; i < rows.size(); ++i)
      which.push_back(i);
    std::size_t next = 0;
    auto [bytes, n] = texts.join(as, rows, which, next);
    CAF_CHECK_EQUAL(next, rows.size());
    CAF_CHECK_EQUAL(n, want_rows);
    return *bytes;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(flush_texts_tests, fixture)

CAF_TEST(each row is a message of its own) {
  stage(make_row("A", 1));
  stage(make_row("B", 2));
  CAF_CHECK_EQUAL(join(form_of({}), 2), "<{\"symbol\":\"A\",\"price\":1}>"
                                        "<{\"symbol\":\"B\",\"price\":2}>");
}

CAF_TEST(rows of an array are one message) {
  stage(make_row("A", 1));
  stage(make_row("B", 2));
  CAF_CHECK_EQUAL(join(form_of({.as_array = true}), 2),
                  "<[{\"symbol\":\"A\",\"price\":1},"
                  "{\"symbol\":\"B\",\"price\":2}]>");
}

CAF_TEST(those who want changes get no row without one) {
  stage(make_row("A", 1, {{cell::price, "1", false}}));
  stage(make_row("B", 2));
  CAF_CHECK_EQUAL(join(form_of({.changes_only = true}), 1),
                  "<{\"symbol\":\"B\",\"price\":2}>");
  CAF_CHECK_EQUAL(join(form_of({.changes_only = true, .as_array = true}), 1),
                  "<[{\"symbol\":\"B\",\"price\":2}]>");
}

CAF_TEST(a row that is to be shown whole has all of its cells) {
  stage(make_row("A", 1, {{cell::price, "1", false}}), true);
  CAF_CHECK_EQUAL(join(form_of({.changes_only = true}), 1),
                  "<{\"symbol\":\"A\",\"price\":1}>");
}

CAF_TEST(nothing to see makes no message) {
  stage(make_silent_row("A", 1, "1"));
  CAF_CHECK_EQUAL(join(form_of({}), 0), "");
  CAF_CHECK_EQUAL(join(form_of({.as_array = true}), 0), "");
}

CAF_TEST(a row that was before is not for those who append) {
  auto appending = std::make_shared<const view>(
    std::vector<std::string>{"symbol", "price"}, std::vector<std::string>{});
  staged_row x{make_row("A", 1), 0, true, nullptr, false, true};
  CAF_CHECK(passes(*shown, x));
  CAF_CHECK(!passes(*appending, x));
  x.old = false;
  CAF_CHECK(passes(*appending, x));
}

CAF_TEST(one form is one however many want it) {
  auto* first = &form_of({});
  CAF_CHECK(&form_of({}) == first);
  CAF_CHECK(&form_of({.interval = std::chrono::milliseconds{5}})
            == &form_of({}));
  CAF_CHECK(&form_of({.as_array = true}) != &form_of({}));
}

CAF_TEST(bytes that somebody holds are not written over) {
  stage(make_row("A", 1));
  const std::vector<std::uint32_t> which{0};
  auto& as = form_of({});
  std::size_t next = 0;
  auto held = texts.join(as, rows, which, next).bytes;
  next = 0;
  auto other = texts.join(as, rows, which, next).bytes;
  CAF_CHECK(held != other);
  CAF_CHECK_EQUAL(*held, *other);
}

CAF_TEST(much is joined in pieces of about 64 KiB) {
  constexpr std::size_t n = 5000;
  std::vector<std::uint32_t> which;
  for (std::uint32_t i = 0; i < n; ++i) {
    stage(make_row("A", i + 1));
    which.push_back(i);
  }
  auto& as = form_of({});
  std::size_t next = 0;
  std::size_t pieces = 0;
  std::size_t seen = 0;
  while (next < n) {
    auto [bytes, rows_of_piece] = texts.join(as, rows, which, next);
    CAF_CHECK(bytes->size() < 65 * 1024);
    seen += rows_of_piece;
    ++pieces;
  }
  CAF_CHECK_EQUAL(seen, n);
  CAF_CHECK_GREATER(pieces, 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
