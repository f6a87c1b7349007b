#include "livegrid/http/readers/symbols_file.hpp"

#include <cstdint>
#include <cstring>
#include <optional>
#include <unordered_set>
#include <utility>

#include "livegrid/actors/base/text_file.hpp"
#include "livegrid/http/json/json_reader.hpp"
#include "livegrid/http/readers/tick_reader.hpp"

namespace livegrid {

namespace {

constexpr std::size_t max_file_size = 64 * 1024 * 1024;

constexpr field state_fields[] = {field::price, field::prev_close,
                                  field::volume, field::market_cap};

/// The bytes of a file, or why it cannot be read.
expected<std::string, std::string> read_file(const std::string& path) {
  text_file file{path};
  if (!file.fault().empty())
    return unexpected{file.fault()};
  std::string text;
  if (auto failed = file.read(max_file_size, text); failed != 0)
    return unexpected{std::strerror(failed)};
  return text;
}

/// The name of a field that a first state cannot have.
std::optional<std::string> unknown_field(const tick& x) {
  if (!x.extras.empty())
    return x.extras.front().name;
  auto rest = x;
  for (auto f : state_fields)
    rest.clear(f);
  for (std::size_t i = 0; i < num_fields; ++i)
    if (auto f = static_cast<field>(i); rest.has(f))
      return std::string{to_string(f)};
  if (x.time)
    return "time";
  if (x.seq)
    return "seq";
  return std::nullopt;
}

std::string in_element(const std::string& path, std::int64_t element,
                       std::string_view what) {
  auto result = path;
  if (element >= 0) {
    result += ": element ";
    result += std::to_string(element);
  }
  result += ": ";
  result += what;
  return result;
}

/// Looks for what is wrong with the states taken together, or with one of them
/// as such.
expected<void, std::string> check(const std::string& path,
                                  const std::vector<tick>& states,
                                  std::size_t max_symbols) {
  if (states.size() > max_symbols)
    return unexpected{path + ": more than " + std::to_string(max_symbols)
                      + " symbols"};
  std::unordered_set<symbol_name> seen;
  std::int64_t element = 0;
  auto fault = [&](std::string_view what) {
    return unexpected{in_element(path, element, what)};
  };
  for (auto& x : states) {
    if (auto name = unknown_field(x))
      return fault("unknown field " + *name);
    if (x.given == 0)
      return fault("needs price, prev_close, volume or market_cap");
    if (!seen.insert(x.symbol).second)
      return fault("symbol " + x.symbol.str() + " is there twice");
    ++element;
  }
  return {};
}

tick first_state(std::string_view symbol, double price, double prev_close,
                 double volume, double market_cap) {
  tick result;
  result.symbol = symbol_name::parse(symbol).value();
  result.set(field::price, price);
  result.set(field::prev_close, prev_close);
  result.set(field::volume, volume);
  result.set(field::market_cap, market_cap);
  return result;
}

} // namespace

expected<std::vector<tick>, std::string>
read_symbols_file(const std::string& path, std::size_t max_symbols) {
  auto text = read_file(path);
  if (!text)
    return unexpected{path + ": " + text.error()};
  auto first = first_of_json(*text);
  if (first && *first != '[')
    return unexpected{path + ": must be a JSON array"};
  auto parsed = read_ticks(*text);
  if (!parsed) {
    const auto& why = parsed.error();
    return unexpected{
      in_element(path, why.element, first ? why.message : "empty file")};
  }
  auto& states = parsed->ticks;
  if (auto fine = check(path, states, max_symbols); !fine)
    return unexpected{std::move(fine).error()};
  return std::move(states);
}

std::vector<tick> builtin_symbols() {
  return {
    first_state("AAPL", 150.0, 145.54, 1'000'000, 1'874'000'000),
    first_state("GOOGL", 140.0, 138.20, 800'000, 1'512'000'000),
    first_state("MSFT", 350.0, 345.00, 1'200'000, 1'963'000'000),
    first_state("AMZN", 178.0, 175.50, 900'000, 1'438'000'000),
    first_state("TSLA", 245.0, 240.00, 1'500'000, 1'127'000'000),
  };
}

} // namespace livegrid
