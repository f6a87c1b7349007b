#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/frame_sink.hpp"

namespace livegrid::test {

/// A row as a client reads it: the JSON text of each cell by its key.
using read_row = std::map<std::string, std::string>;

/// Puts a message behind its size, four bytes in the machine's order.
inline void frame_with_size(std::string& out, std::string_view text) {
  auto size = static_cast<std::uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += text;
}

/// Reads the flat objects that views write, one or an array of them.
/// @throws std::runtime_error if `text` is anything else.
class row_reader {
public:
  explicit row_reader(std::string_view text) : rest_(text) {
    // nop
  }

  std::vector<read_row> read() {
    std::vector<read_row> result;
    if (skip('[')) {
      do
        result.push_back(object());
      while (skip(','));
      need(']');
    } else {
      result.push_back(object());
    }
    if (!rest_.empty())
      broken();
    return result;
  }

private:
  read_row object() {
    read_row result;
    need('{');
    do {
      auto key = string();
      need(':');
      if (!result.emplace(key.substr(1, key.size() - 2), value()).second)
        broken();
    } while (skip(','));
    need('}');
    return result;
  }

  /// A string with its quotes.
  std::string string() {
    if (rest_.empty() || rest_.front() != '"')
      broken();
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"')
      end += rest_[end] == '\\' ? 2 : 1;
    return cut(end + 1);
  }

  std::string value() {
    if (!rest_.empty() && rest_.front() == '"')
      return string();
    auto end = rest_.find_first_of(",}");
    if (end == 0)
      broken();
    return cut(end);
  }

  std::string cut(std::size_t size) {
    if (size > rest_.size())
      broken();
    std::string result{rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return result;
  }

  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  void need(char c) {
    if (!skip(c))
      broken();
  }

  [[noreturn]] void broken() const {
    throw std::runtime_error("no row before '" + std::string{rest_} + '\'');
  }

  std::string_view rest_;
};

/// A connection whose every move the test decides: how many bytes its socket
/// takes, what the peer acknowledges, when it is gone. Reads back what came
/// through, framed with `frame_with_size`.
class scripted_sink final : public frame_sink {
public:
  static constexpr auto unlimited = std::numeric_limits<std::size_t>::max();

  // -- what the test scripts --------------------------------------------------

  /// Bytes that the socket takes before it is full.
  std::size_t room = unlimited;

  /// What the peer has acknowledged, as it will say.
  std::uint64_t acked = 0;

  /// The rest of what the kernel will say.
  tcp_status kernel;

  /// Nobody is there any more.
  bool gone = false;

  /// Keep every buffer, so that its address stays its own.
  bool keep_buffers = true;

  /// The socket has room for `size` bytes more.
  /// @returns whether all that was under way is out by this, so that the owner
  ///          is to be told.
  bool take(std::size_t size = unlimited) {
    room = size > unlimited - room ? unlimited : room + size;
    if (rest_.empty())
      return false;
    auto n = std::min(room, rest_.size());
    through(std::string_view{rest_}.substr(0, n));
    rest_.erase(0, n);
    return rest_.empty();
  }

  // -- what the test looks at -------------------------------------------------

  /// The buffers that were handed over, if they are kept.
  std::vector<bytes_ptr> buffers;

  /// The size of each of them.
  std::vector<std::size_t> writes;

  /// Rows that were handed over, and those of the last time.
  std::size_t handed = 0;
  std::size_t handed_last = 0;

  /// Messages that are through, each with its rows.
  std::vector<std::vector<read_row>> messages;

  /// The rows of all messages.
  std::vector<read_row> rows;

  std::vector<std::string> errors;

  std::size_t times_read_on = 0;

  /// How it was closed: `1001 reason`. More than one is a fault.
  std::vector<std::string> closes;

  /// What its owner may not do.
  std::vector<std::string> misuse;

  /// Forgets the messages so far.
  void clear() {
    buffers.clear();
    writes.clear();
    messages.clear();
    rows.clear();
  }

  /// One cell of each row, with blanks between.
  std::string column(const std::string& key) const {
    std::string result;
    for (const auto& x : rows) {
      auto i = x.find(key);
      result += result.empty() ? "" : " ";
      result += i == x.end() ? "-" : i->second;
    }
    return result;
  }

  /// `symbol:price` of each row, with blanks between.
  std::string prices() const {
    std::string result;
    for (const auto& x : rows) {
      auto symbol = x.find("symbol");
      auto price = x.find("price");
      if (!result.empty())
        result += ' ';
      if (symbol != x.end() && symbol->second.size() > 2)
        result += symbol->second.substr(1, symbol->second.size() - 2);
      result += ':';
      if (price != x.end())
        result += price->second;
    }
    return result;
  }

  // -- frame_sink -------------------------------------------------------------

  sent send(const bytes_ptr& frames) override {
    if (!closes.empty())
      misuse.emplace_back("sent after the end");
    if (gone)
      return sent::closed;
    if (!rest_.empty())
      misuse.emplace_back("sent before it was writable");
    if (frames->empty())
      misuse.emplace_back("sent nothing");
    writes.emplace_back(frames->size());
    if (keep_buffers)
      buffers.emplace_back(frames);
    handed_last = 0;
    std::string_view whole{*frames};
    for (std::string_view text; next_message(whole, text);)
      handed_last += row_reader{text}.read().size();
    handed += handed_last;
    if (!whole.empty())
      misuse.emplace_back("sent half a message");
    auto n = std::min(room, frames->size());
    through(std::string_view{*frames}.substr(0, n));
    rest_ += frames->substr(n);
    return rest_.empty() ? sent::all : sent::partly;
  }

  void send_error(std::string_view detail) override {
    errors.emplace_back(detail);
  }

  void close(close_code code, std::string_view reason) override {
    closes.emplace_back(std::to_string(static_cast<unsigned>(code)) + ' '
                        + std::string{reason});
    if (closes.size() > 1)
      misuse.emplace_back("closed twice");
  }

  void read_on() override {
    ++times_read_on;
  }

  std::size_t unsent() const noexcept override {
    return rest_.size();
  }

  tcp_status link() noexcept override {
    auto result = kernel;
    result.acknowledged = acked;
    return result;
  }

  const std::string& peer() const noexcept override {
    return peer_;
  }

private:
  void through(std::string_view bytes) {
    if (room != unlimited)
      room -= bytes.size();
    wire_ += bytes;
    std::string_view left{wire_};
    for (std::string_view text; next_message(left, text);) {
      auto message = row_reader{text}.read();
      rows.insert(rows.end(), message.begin(), message.end());
      messages.emplace_back(std::move(message));
    }
    wire_.erase(0, wire_.size() - left.size());
  }

  /// Cuts a message off the front of `bytes`, if one is there whole.
  static bool next_message(std::string_view& bytes, std::string_view& text) {
    std::uint32_t size = 0;
    if (bytes.size() < sizeof size)
      return false;
    std::memcpy(&size, bytes.data(), sizeof size);
    if (bytes.size() - sizeof size < size)
      return false;
    text = bytes.substr(sizeof size, size);
    bytes.remove_prefix(sizeof size + size);
    return true;
  }

  std::string rest_; ///< handed over, not taken yet
  std::string wire_; ///< taken, not a whole message yet
  std::string peer_ = "192.0.2.1:50000";
};

} // namespace livegrid::test
