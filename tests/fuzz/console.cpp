#include <string>

#include "fuzz.hpp"

#include "livegrid/http/operator/console_proof.hpp"
#include "livegrid/http/operator/console_wire.hpp"

// Lines between an operator and a node: none of these, or one that reads back
// as itself from what is written of it. No line opens a seal.

using namespace livegrid;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::as_text(data, size);
  line_seal seal{access_key::digest{}};
  fuzz::expect(!seal.open(text), "rubbish is not sealed");
  auto x = console_line::parse(text);
  if (!x)
    return 0;
  auto written = x->str();
  fuzz::expect(written.find('\n') == written.npos, "a line is one line");
  auto copy = console_line::parse(written);
  fuzz::expect(copy.has_value(), "what is written is taken");
  fuzz::expect(copy->str() == written, "and is the same");
  if (x->answer)
    for (const auto& list : x->answer->lists)
      for (const auto& row : list.rows)
        fuzz::expect(row.size() == list.columns.size(), "a row is whole");
  return 0;
}
