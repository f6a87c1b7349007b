#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace livegrid {

/// Where this process may keep what outlives it: systemd's STATE_DIRECTORY, or
/// else `livegrid` under $XDG_STATE_HOME or ~/.local/state. Empty if none of
/// these is set.
std::string state_directory();

/// Makes it if it is not there, for nobody but its user. Returns it, or an
/// empty string if there is none.
std::string make_state_directory();

/// Where a node makes the console's Unix socket in that folder.
std::string console_socket_in(const std::string& folder, std::uint16_t port);

/// Where a node's socket may be that has that port: in this process' state
/// directory, or in that of the service.
std::vector<std::string> console_sockets(std::uint16_t port);

} // namespace livegrid
