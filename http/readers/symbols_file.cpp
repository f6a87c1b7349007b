#include "livegrid/http/readers/symbols_file.hpp"

#include <cstdint>
#include <cstring>
#include <unordered_set>
#include <utility>

#include "livegrid/actors/base/text_file.hpp"
#include "livegrid/http/json/json_reader.hpp"
#include "livegrid/http/readers/tick_handler.hpp"

namespace livegrid {

namespace {

constexpr std::size_t max_file_size = 64 * 1024 * 1024;

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

/// The states, of which each is an object or a name.
expected<std::vector<tick>, refusal> read_states(std::string_view text) {
  tick_handler handler;
  handler.takes_array = true;
  handler.names_suffice = true;
  if (auto error = read_json(text, handler))
    return unexpected{*std::move(error)};
  if (auto& fault = handler.fault())
    return unexpected{*std::move(fault)};
  return std::move(handler.ticks());
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
    if (x.time || x.seq)
      return fault(std::string{x.time ? "time" : "seq"}
                   + " is a tick's, and a symbol begins without one");
    if (!seen.insert(x.symbol).second)
      return fault("symbol " + x.symbol.str() + " is there twice");
    ++element;
  }
  return {};
}

} // namespace

expected<std::vector<tick>, std::string>
read_symbols_file(const std::string& path, std::size_t max_symbols) {
  auto text = read_file(path);
  if (!text)
    return unexpected{path + ": " + text.error()};
  auto first = first_of_json(*text);
  if (!first)
    return unexpected{path + ": empty file"};
  if (*first != '[')
    return unexpected{path + ": must be a JSON array"};
  auto states = read_states(*text);
  if (!states)
    return unexpected{
      in_element(path, states.error().element, states.error().message)};
  if (auto fine = check(path, *states, max_symbols); !fine)
    return unexpected{std::move(fine).error()};
  return *std::move(states);
}

} // namespace livegrid
