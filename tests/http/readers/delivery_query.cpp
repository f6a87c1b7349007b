#define CAF_SUITE http.readers.delivery_query

#include "livegrid/http/readers/delivery_query.hpp"

#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

/// Writes the options as the query that asks for all of them, or says what is
/// wrong.
std::string read(std::string_view query) {
  auto x = parse_delivery(query);
  if (!x)
    return x.error();
  return std::string{x->changes_only ? "changed " : "all "}
         + (x->as_array ? "array " : "rows ")
         + (x->with_source ? "sourced " : "")
         + std::to_string(x->interval.count());
}

CAF_TEST(options are read and others left alone) {
  struct {
    std::string_view query;
    std::string_view result;
  } cases[] = {
    {"", "all rows 0"},
    {"cells=changed", "changed rows 0"},
    {"cells=all", "all rows 0"},
    {"batch=array", "all array 0"},
    {"batch=rows", "all rows 0"},
    {"interval=250", "all rows 250"},
    {"with=source", "all rows sourced 0"},
    {"batch=array&with=source&cells=changed", "changed array sourced 0"},
    {"interval=0", "all rows 0"},
    {"interval=0010", "all rows 10"},
    {"interval=86400000", "all rows 86400000"},
    {"interval=5&cells=changed&batch=array", "changed array 5"},
    {"c%65lls=ch%61nged", "changed rows 0"},
    {"symbol=A&Cells=changed&batches=array&=5&x", "all rows 0"},
    // Of one given twice the last counts.
    {"cells=changed&cells=all&interval=1&interval=2", "all rows 2"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.query);
    CAF_CHECK_EQUAL(read(c.query), c.result);
  }
}

CAF_TEST(what an option cannot be is said with its value) {
  const std::string no_time =
    "' is no whole number of milliseconds from 0 to a day";
  struct {
    std::string_view query;
    std::string result;
  } cases[] = {
    {"cells", "cells: '' is neither all nor changed"},
    {"cells=Changed", "cells: 'Changed' is neither all nor changed"},
    {"cells=all&cells=x", "cells: 'x' is neither all nor changed"},
    {"batch=", "batch: '' is neither rows nor array"},
    {"batch=row", "batch: 'row' is neither rows nor array"},
    {"with=", "with: '' is not source"},
    {"with=source&with=date", "with: 'date' is not source"},
    {"interval=", "interval: '" + no_time},
    {"interval=-1", "interval: '-1" + no_time},
    {"interval=%2B1", "interval: '+1" + no_time},
    {"interval=1.5", "interval: '1.5" + no_time},
    {"interval=1e3", "interval: '1e3" + no_time},
    {"interval=1+", "interval: '1 " + no_time},
    {"interval=250ms", "interval: '250ms" + no_time},
    {"interval=86400001", "interval: '86400001" + no_time},
    {"interval=4294967296", "interval: '4294967296" + no_time},
    {"interval=99999999999999999999",
     "interval: '99999999999999999999" + no_time},
    {"cells=%", "a broken escape in the query"},
    {"other=%zz&cells=all", "a broken escape in the query"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.query);
    CAF_CHECK_EQUAL(read(c.query), c.result);
  }
}

} // namespace
