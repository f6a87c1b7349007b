#include "recording.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <zlib.h>

#include "temp_file.hpp"

namespace livegrid::test {

std::string money(std::int64_t cents) {
  char text[32];
  std::snprintf(text, sizeof text, "%s%lld.%02lld", cents < 0 ? "-" : "",
                std::llabs(cents) / 100, std::llabs(cents) % 100);
  std::string result = text;
  while (result.back() == '0')
    result.pop_back();
  if (result.back() == '.')
    result.pop_back();
  return result;
}

std::vector<recorded_tick> recording(int n, int step) {
  std::vector<recorded_tick> result;
  std::uint32_t state = 12345;
  auto random = [&](std::uint32_t limit) {
    state = state * 1664525u + 1013904223u;
    return static_cast<std::int64_t>((state >> 8) % limit);
  };
  std::map<std::string, recorded_tick> now;
  for (auto symbol : recorded_symbols) {
    auto start = 10'000 + random(30'000);
    now[symbol] = {1'700'000'000'000, symbol, start, 0, start - 50};
  }
  for (int i = 0; i < n; ++i) {
    auto& x = now[recorded_symbols[i < 5 ? i : static_cast<int>(random(5))]];
    x.time = 1'700'000'000'000 + std::int64_t{i} * step;
    x.cents += random(101) - 50;
    x.day_volume += 1 + random(500);
    result.push_back(x);
  }
  for (auto symbol : recorded_symbols) {
    auto& x = now[symbol];
    x.time = 1'700'000'000'000 + std::int64_t{n} * step;
    x.cents = 90'000 + random(9'000);
    ++x.day_volume;
    result.push_back(x);
  }
  return result;
}

std::string as_csv(const std::vector<recorded_tick>& ticks) {
  std::string result = "ts_ms,symbol,price,day_volume,change,change_pct\n";
  for (auto& x : ticks) {
    char percent[32];
    std::snprintf(percent, sizeof percent, "%.4f",
                  100.0 * static_cast<double>(x.cents - x.prev_close)
                    / static_cast<double>(x.prev_close));
    result += std::to_string(x.time) + "," + x.symbol + "," + money(x.cents)
              + "," + std::to_string(x.day_volume) + ","
              + money(x.cents - x.prev_close) + "," + percent + "\n";
  }
  return result;
}

std::string as_json(const recorded_tick& x) {
  return R"({"symbol":")" + x.symbol + R"(","time":)" + std::to_string(x.time)
         + R"(,"price":)" + money(x.cents) + R"(,"volume":)"
         + std::to_string(x.day_volume) + R"(,"prev_close":)"
         + money(x.prev_close) + "}";
}

std::string as_ndjson(const std::vector<recorded_tick>& ticks) {
  std::string result;
  for (auto& x : ticks)
    result += as_json(x) + "\n";
  return result;
}

std::string gzipped(const std::string& text) {
  temp_file file{"", ".gz"};
  auto out = gzopen(file.path().c_str(), "wb");
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  std::ifstream in{file.path(), std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::map<std::string, recorded_tick>
last_of(const std::vector<recorded_tick>& ticks) {
  std::map<std::string, recorded_tick> result;
  for (auto& x : ticks)
    result[x.symbol] = x;
  return result;
}

} // namespace livegrid::test
