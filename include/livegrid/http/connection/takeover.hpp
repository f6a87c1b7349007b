#pragma once

#include <memory>
#include <optional>
#include <string>

#include <restinio/all.hpp>

#include "livegrid/http/connection/connection_gate.hpp"
#include "livegrid/http/tls/tls_socket.hpp"

namespace livegrid {

/// What was RESTinio's of a connection that becomes a WebSocket.
struct taken_connection {
  tls_socket socket;
  connection_gate::pass place; ///< of those that the gate lets in
  std::string unread;          ///< what the client has sent behind its request

  /// RESTinio counts the connection among its own until this goes.
  std::shared_ptr<void> counted;
};

/// Takes the connection of a request away from RESTinio, which neither reads
/// nor writes nor closes it from then on. RESTinio has a way of its own for
/// that, but one that starts its own WebSocket; so this goes by what RESTinio
/// keeps to itself, as `parser_log` goes by the words of its log. A new version
/// may change both, and is to be tried with the tests of this file.
/// @returns nothing if the connection has been taken already.
std::optional<taken_connection> take_over(restinio::request_t& x);

/// Whether the request still has a connection on which it can be answered.
bool is_connected(restinio::request_t& x) noexcept;

} // namespace livegrid
