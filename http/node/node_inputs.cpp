#include "livegrid/http/node/node_inputs.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/feeds/simulated_symbols.hpp"
#include "livegrid/http/access/keys_file.hpp"
#include "livegrid/http/readers/sessions_file.hpp"
#include "livegrid/http/readers/symbols_file.hpp"
#include "livegrid/http/routes/route_table.hpp"

namespace livegrid {

namespace {

/// Each reads one part.

expected<void, std::string> check_keys(const settings& x, logger& log) {
  // They are read again where they are needed: a fault is told before anything
  // starts.
  if (const auto& path = x.access.keys_file; !path.empty()) {
    if (auto keys = read_keys_file(path); !keys)
      return unexpected{"access.keys-file: " + keys.error()};
  } else {
    log.info("access_without_keys",
             {{"address", x.http.address}, {"open", x.access.open}});
  }
  return {};
}

expected<void, std::string> read_widgets(node_inputs& to, const settings& x,
                                         logger& log) {
  auto widgets = load_widgets(x.http.widgets_file, own_paths());
  if (!widgets)
    return unexpected{std::move(widgets).error()};
  to.widgets = *std::move(widgets);
  for (const auto* lines : {&to.widgets.warnings, &to.widgets.doubts})
    for (const auto& line : *lines)
      log.warning("widgets", {{"what", line}});
  return {};
}

expected<void, std::string> read_symbols(node_inputs& to, const settings& x) {
  // What is invented stands beside nothing real: other feeds begin with what
  // they are given.
  auto invented =
    x.market.symbols_file.empty() && x.market.feed == source::simulator.name();
  if (invented) {
    to.first_states = simulated_symbols(x.simulator.symbols);
  } else if (!x.market.symbols_file.empty()) {
    auto states =
      read_symbols_file(x.market.symbols_file, x.market.max_symbols);
    if (!states)
      return unexpected{std::move(states).error()};
    to.first_states = *std::move(states);
  }
  if (to.first_states.size() > x.market.max_symbols)
    return unexpected{
      "market.max-symbols: " + std::to_string(x.market.max_symbols)
      + " is less than the " + std::to_string(to.first_states.size())
      + " symbols that are there from the start"
      + (invented ? "; simulator.symbols makes them fewer" : "")};
  return {};
}

expected<void, std::string> read_venues(node_inputs& to, const settings& x) {
  const auto& path = x.market.sessions_file;
  auto venues = path.empty() ? expected<venue_table, std::string>{venue_table{}}
                             : read_sessions_file(path);
  if (!venues)
    return unexpected{std::move(venues).error()};
  to.venues = std::make_shared<const venue_table>(*std::move(venues));
  return {};
}

expected<void, std::string> read_feed(node_inputs& to, const settings& x,
                                      const log_ptr& log) {
  auto feed = prepare_feed(x, log);
  if (!feed)
    return unexpected{std::move(feed).error()};
  to.feed = *std::move(feed);
  return {};
}

} // namespace

expected<node_inputs, std::string> read_inputs(const settings& values,
                                               const log_ptr& log) {
  node_inputs result;
  auto done = check_keys(values, *log);
  if (done)
    done = read_widgets(result, values, *log);
  if (done)
    done = read_symbols(result, values);
  if (done)
    done = read_venues(result, values);
  if (done)
    done = read_feed(result, values, log);
  if (!done)
    return unexpected{std::move(done).error()};
  return result;
}

} // namespace livegrid
