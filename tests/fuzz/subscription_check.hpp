#pragma once

#include <set>
#include <string>

#include "fuzz.hpp"
#include "utf8.hpp"
#include "wire.hpp"

#include "livegrid/http/readers/subscription_reader.hpp"

namespace livegrid::fuzz {

/// What holds for every wish that was read from a text.
/// @param utf8 whether the text was UTF-8.
inline void expect_sound(subscription& x, bool utf8) {
  using change = subscription::change;
  expect(x.symbols.size() <= subscription::max_symbols, "at most 1000 symbols");
  expect(x.symbols.empty() || x.what == change::replace,
         "only a new set has symbols");
  expect(!x.too_many || x.symbols.size() == subscription::max_symbols,
         "too many are more than 1000");
  std::set<symbol_name> seen;
  std::string list;
  for (const auto& name : x.symbols) {
    expect(symbol_name::valid(name.str()), "symbols are names");
    expect(seen.insert(name).second, "each symbol is there once");
    list += (list.empty() ? "" : ",") + name.str();
  }
  for (const auto& text : x.bad) {
    expect(text.size() <= 64, "what is no name is cut");
    expect(!utf8 || is_utf8(text), "what is no name is cut between characters");
  }
  expect_travels(x);
  auto again = split_symbols(list);
  expect(again.symbols == x.symbols && again.bad.empty() && !again.too_many,
         "symbols read back as they are");
  auto message = R"({"params":{"symbol":")" + list + "\"}}";
  auto read = read_subscription(message);
  // A list without names keeps a set in no message.
  if (again.what == change::keep)
    again.what = change::replace;
  expect(read && *read == again, "a message asks for what a list does");
}

} // namespace livegrid::fuzz
