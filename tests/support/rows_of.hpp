#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "json_value.hpp"
#include "ws_client.hpp"

namespace livegrid::test {

/// The symbols of a node without a file of its own.
inline const std::set<std::string> built_in{"AAPL", "AMZN", "GOOGL", "MSFT",
                                            "TSLA"};

/// The cells of the built-in widget's rows.
constexpr const char* standard =
  "date,symbol,price,change,change_percent,volume,market_cap";

/// The symbols of rows, in their order.
inline std::vector<std::string> symbols_of(const json_value& rows) {
  std::vector<std::string> result;
  for (auto& row : rows.items())
    result.push_back(row.at("symbol").text());
  return result;
}

/// The symbols of the next `n` rows.
inline std::set<std::string> next_symbols(ws_client& from, std::size_t n) {
  std::set<std::string> result;
  for (std::size_t i = 0; i < n; ++i)
    result.insert(from.next_json().at("symbol").text());
  return result;
}

/// Waits for the row of that symbol with that price; returns the symbols of
/// the rows that came before it.
inline std::set<std::string> rows_until(ws_client& from,
                                        const std::string& symbol,
                                        const std::string& price) {
  std::set<std::string> result;
  for (;;) {
    auto row = from.next_json();
    if (row.at("symbol").text() == symbol && row.at("price").literal() == price)
      return result;
    result.insert(row.at("symbol").text());
  }
}

} // namespace livegrid::test
