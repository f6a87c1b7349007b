#include <set>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "memory_file.hpp"
#include "tick_check.hpp"

#include "livegrid/http/readers/symbols_file.hpp"

// Files of first states: sound, each symbol once, and rows that are JSON.

using namespace livegrid;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t most = 10;
  fuzz::memory_file file{fuzz::as_text(data, size)};
  auto result = read_symbols_file(file.path(), most);
  if (!result) {
    file.expect_told(result.error());
    return 0;
  }
  auto& states = *result;
  fuzz::expect(states.size() <= most, "no more symbols than there may be");
  std::set<symbol_name> seen;
  for (const auto& x : states) {
    fuzz::expect_sound(x);
    fuzz::expect(seen.insert(x.symbol).second, "each symbol is there once");
    fuzz::expect(!x.time && !x.seq, "a first state is no tick");
    price_state state{x.symbol};
    state.load(x);
    fuzz::expect_json(*state.render());
  }
  return 0;
}
