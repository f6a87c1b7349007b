#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include <restinio/all.hpp>

#include "livegrid/http/connection/connection_gate.hpp"
#include "livegrid/http/connection/http_socket.hpp"

namespace livegrid {

/// What RESTinio may tell a log that hears nothing but errors.
class error_log {
public:
  template <class Message>
  void trace(Message&&) noexcept {
    // nop
  }

  template <class Message>
  void info(Message&&) noexcept {
    // nop
  }

  template <class Message>
  void warn(Message&&) noexcept {
    // nop
  }
};

/// Listens to what RESTinio tells its log, since that is the only place where
/// it says why it is about to close a connection.
class parser_log : public error_log {
public:
  explicit parser_log(connection_gate* gate) noexcept : gate_(gate) {
    // nop
  }

  template <class Message>
  void error(Message&& message) {
    gate_->note_fault(fault_of(message()));
  }

  /// What "[connection:1] parser error HPE_...: ..." means.
  static parse_fault fault_of(std::string_view message) noexcept {
    static constexpr std::string_view mark = "parser error HPE_";
    auto i = message.find(mark);
    if (i == std::string_view::npos)
      return parse_fault::none;
    auto what = message.substr(i + mark.size());
    auto is = [&](std::string_view name) { return what.starts_with(name); };
    if (is("CB_body") || is("CB_headers_complete"))
      return parse_fault::body_too_big;
    if (is("CB_url"))
      return parse_fault::url_too_long;
    if (is("CB_header") || is("HEADER_OVERFLOW"))
      return parse_fault::header_too_big;
    return parse_fault::bad_request;
  }

private:
  connection_gate* gate_;
};

/// RESTinio on one loop, with our socket, and with its limit on connections,
/// which also keeps its acceptor from running out of descriptors.
struct restinio_traits
  : restinio::single_thread_traits_t<restinio::asio_timer_manager_t,
                                     parser_log> {
  using stream_socket_t = http_socket;

  static constexpr bool use_connection_count_limiter = true;
};

} // namespace livegrid
