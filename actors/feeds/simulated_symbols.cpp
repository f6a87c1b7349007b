#include "livegrid/actors/feeds/simulated_symbols.hpp"

#include <algorithm>
#include <string_view>

#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

namespace {

struct first_state {
  std::string_view symbol;
  double price;
  double prev_close;
  double volume;
  double market_cap;
};

constexpr first_state table[]{
  // As OpenBB's documentation has them.
  {"AAPL", 150.00, 145.54, 1'000'000, 1'874'000'000},
  {"GOOGL", 140.00, 138.20, 800'000, 1'512'000'000},
  {"MSFT", 350.00, 345.00, 1'200'000, 1'963'000'000},
  {"AMZN", 178.00, 175.50, 900'000, 1'438'000'000},
  {"TSLA", 245.00, 240.00, 1'500'000, 1'127'000'000},
  // Of the size that these companies, funds and coins have been.
  {"NVDA", 118.40, 117.10, 42'000'000, 2'910'000'000'000},
  {"META", 505.30, 501.20, 3'100'000, 1'280'000'000'000},
  {"NFLX", 640.10, 645.80, 900'000, 275'000'000'000},
  {"AMD", 158.20, 155.90, 11'000'000, 256'000'000'000},
  {"INTC", 31.05, 30.80, 12'000'000, 132'000'000'000},
  {"ORCL", 141.60, 140.20, 2'200'000, 390'000'000'000},
  {"IBM", 184.30, 185.10, 1'100'000, 169'000'000'000},
  {"CRM", 256.70, 253.40, 1'600'000, 249'000'000'000},
  {"ADBE", 548.90, 552.30, 800'000, 243'000'000'000},
  {"CSCO", 46.40, 46.10, 5'000'000, 187'000'000'000},
  {"JPM", 205.80, 204.10, 2'600'000, 590'000'000'000},
  {"BAC", 41.20, 40.90, 9'500'000, 320'000'000'000},
  {"GS", 462.50, 458.20, 600'000, 150'000'000'000},
  {"V", 268.40, 267.00, 1'700'000, 540'000'000'000},
  {"MA", 446.20, 448.90, 800'000, 410'000'000'000},
  {"WMT", 68.30, 67.90, 4'300'000, 550'000'000'000},
  {"KO", 63.90, 63.60, 3'400'000, 275'000'000'000},
  {"PEP", 165.40, 166.20, 1'400'000, 227'000'000'000},
  {"MCD", 254.10, 252.80, 900'000, 183'000'000'000},
  {"NKE", 74.60, 75.90, 2'900'000, 112'000'000'000},
  {"DIS", 96.80, 97.90, 3'100'000, 177'000'000'000},
  {"JNJ", 151.20, 150.40, 2'000'000, 364'000'000'000},
  {"PFE", 28.60, 28.40, 8'200'000, 162'000'000'000},
  {"UNH", 512.70, 508.10, 800'000, 470'000'000'000},
  {"XOM", 113.90, 112.60, 4'100'000, 450'000'000'000},
  {"CVX", 156.30, 155.20, 2'300'000, 286'000'000'000},
  {"BA", 182.50, 184.90, 1'800'000, 112'000'000'000},
  {"CAT", 332.80, 329.50, 800'000, 162'000'000'000},
  {"SPY", 548.60, 546.10, 14'000'000, 540'000'000'000},
  {"QQQ", 481.90, 478.70, 9'800'000, 290'000'000'000},
  {"BTC-USD", 64'250.00, 63'480.00, 28'000, 1'270'000'000'000},
  {"ETH-USD", 3'420.50, 3'391.20, 310'000, 410'000'000'000},
};

} // namespace

std::vector<tick> simulated_symbols(std::size_t most) {
  auto n = most == 0 ? std::size(table) : std::min(most, std::size(table));
  std::vector<tick> result(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto& from = table[i];
    auto& to = result[i];
    to.symbol = symbol_name::parse(from.symbol).value();
    to.set(field::price, from.price);
    to.set(field::prev_close, from.prev_close);
    to.set(field::volume, from.volume);
    to.set(field::market_cap, from.market_cap);
  }
  return result;
}

} // namespace livegrid
