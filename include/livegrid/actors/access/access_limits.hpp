#pragma once

#include <cstdint>
#include <string_view>

namespace livegrid {

/// How much of everything a key or an address may have; 0 for no limit.
struct access_limits {
  std::uint64_t connections = 0; ///< WebSockets at once
  std::uint64_t symbols = 0;     ///< that one connection may ask for

  // A second:
  std::uint64_t upgrades = 0; ///< requests for a WebSocket
  std::uint64_t requests = 0;
  std::uint64_t ticks = 0;
  std::uint64_t bad_messages = 0; ///< that could not be understood or taken
};

/// One of the limits: how it is called, and which member it is.
struct access_limit {
  std::string_view name; ///< in settings, in the file of keys
  std::string_view what; ///< in sentences
  std::uint64_t access_limits::*value;
};

constexpr access_limit limited_connections{"connections", "connections",
                                           &access_limits::connections};
constexpr access_limit limited_symbols{"symbols", "symbols of a connection",
                                       &access_limits::symbols};
constexpr access_limit limited_upgrades{"upgrades", "WebSockets a second",
                                        &access_limits::upgrades};
constexpr access_limit limited_requests{"requests", "requests a second",
                                        &access_limits::requests};
constexpr access_limit limited_ticks{"ticks", "ticks a second",
                                     &access_limits::ticks};
constexpr access_limit limited_bad_messages{
  "bad-messages", "bad messages a second", &access_limits::bad_messages};

constexpr access_limit all_limits[]{limited_connections, limited_symbols,
                                    limited_upgrades,    limited_requests,
                                    limited_ticks,       limited_bad_messages};

} // namespace livegrid
