#pragma once

#include <string>
#include <string_view>

#include "livegrid/http/websocket/ws_codec.hpp"

namespace livegrid::test {

/// Writes down what a codec has found in a client's bytes.
struct heard_events final : ws_events {
  void on_message(bool text, std::string&& payload) override {
    heard += (text ? "text " : "binary ") + payload + "|";
  }

  void on_ping(std::string_view payload) override {
    (heard += "ping ").append(payload) += "|";
  }

  void on_control_output(std::string_view frame) override {
    answer += frame;
  }

  std::string heard;
  std::string answer; ///< to a close frame
};

} // namespace livegrid::test
