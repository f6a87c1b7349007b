#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "livegrid/actors/operator/asker.hpp"
#include "livegrid/actors/operator/console_command.hpp"

// Symbols as the operator's lists show them, and who is asked for what.

namespace livegrid {

/// A symbol as the lists show it.
struct symbol_line {
  symbol_ref ref;         ///< what the market knows
  symbol_summary summary; ///< what its owner says, or its error
  std::uint64_t subscribers = 0;
};

using symbol_lines = std::vector<symbol_line>;

using symbol_lines_taker = std::function<void(symbol_lines&)>;

/// Takes a slice of all symbols, and goes on with the next one when told to.
using symbol_slice_taker =
  std::function<void(symbol_lines&, std::function<void()>)>;

/// Hands all symbols to `take`, oldest first, their owners not yet asked, and
/// then goes on. Refuses if the market does not answer.
void all_symbols(asker& ask, console_promise to, symbol_slice_taker take,
                 std::function<void()> done, std::uint64_t start = 0);

/// The fan-outs that one question is for; who does not answer is asked no more.
using fanouts_asked = std::shared_ptr<std::vector<fanout_actor>>;

fanouts_asked all_fanouts(const asker& ask);

/// Goes on with lines that know how many subscribers each symbol has.
void count_subscribers(asker& ask, fanouts_asked whom, symbol_lines lines,
                       symbol_lines_taker done);

/// Goes on with lines that know what their symbols' owners say before `end`.
void ask_owners(asker& ask, asker::time_point end, symbol_lines lines,
                symbol_lines_taker done);

listing list_of(const symbol_lines& some);

/// The symbol that word `i` of the command names; refuses if it is none.
std::optional<symbol_name> symbol_of(const console_command& x, std::size_t i,
                                     console_promise to);

} // namespace livegrid
