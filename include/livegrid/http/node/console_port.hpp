#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "livegrid/actors.hpp"
#include "livegrid/actors/access/access_key.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/connection/io_loop.hpp"
#include "livegrid/http/connection/listen_fault.hpp"

namespace livegrid {

/// What an operator's connection needs to know of the node.
struct console_backend {
  caf::actor_system& sys;
  io_loop& loop;
  console_actor console;

  /// Whether operators need a key where the system does not say who they are.
  std::function<bool()> wants_keys;

  /// The key of that name; null if there is none that is good. On the loop.
  std::function<access_key_ptr(std::string_view)> find_key;

  counters_ptr stats;

  log_ptr log;
};

/// Where operators come in: a Unix socket, whose peers the system names, and a
/// TCP port, where they have to prove that they have a key if the node has any.
/// What they say there is in console_wire.hpp.
class console_port {
public:
  explicit console_port(console_backend parts);

  console_port(const console_port&) = delete;

  console_port& operator=(const console_port&) = delete;

  /// Ends all conversations; from any thread but the loop's.
  ~console_port();

  /// Begins to listen. A Unix socket that nobody has asked for by name and that
  /// cannot be made is logged, and done without.
  /// @returns the TCP port, or what is wrong.
  expected<std::uint16_t, listen_fault> open(const settings& values);

private:
  class impl;

  std::shared_ptr<impl> impl_;
};

} // namespace livegrid
