#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "livegrid/http/connection/request_head.hpp"

namespace livegrid {

/// Watches the bytes of a connection before the parser gets them: where each
/// request begins and ends, and whether it is one beyond all doubt. What two
/// programs could take for two things is a fault, since a proxy may be the
/// other. Reads nothing and keeps nothing itself but heads' facts.
class request_screen {
public:
  /// @param max_body of a body, in bytes.
  explicit request_screen(std::uint64_t max_body) noexcept
    : max_body_(max_body) {
    // nop
  }

  /// Looks at bytes that have not been cleared yet, from where it stopped
  /// clearing.
  /// @param bytes those that it has seen already, and more, since a head is
  ///              cleared as a whole.
  /// @returns how many of them the parser may have. A head comes alone; its
  ///          body needs another look. After a fault it is none.
  std::size_t look(std::string_view bytes);

  /// What is wrong; nothing if nothing is.
  const std::optional<request_fault>& fault() const noexcept {
    return fault_;
  }

  /// The head of the request under way, from when it is cleared until other
  /// bytes take the place of its own.
  const request_head& head() const noexcept {
    return head_;
  }

  /// Whether what was cleared last is a head.
  bool at_body() const noexcept {
    return phase_ == phase::at_body;
  }

  /// Whether nothing of the next request has been cleared.
  bool between() const noexcept {
    return phase_ == phase::head
           || (phase_ == phase::at_body && !head_.has_body());
  }

  /// Lets the body of the request under way have no more than that many bytes,
  /// unless it may have less already.
  void limit_body(std::uint64_t most) noexcept;

private:
  enum class phase : std::uint8_t {
    head,
    at_body, ///< the head has just been cleared
    body,
    chunk_size,
    chunk,
    chunk_end, ///< the line feed behind a chunk
    trailer,
    over, ///< there was a fault
  };

  std::size_t look_at_head(std::string_view bytes);

  std::size_t look_at_body(std::string_view bytes);

  std::size_t look_at_chunks(std::string_view bytes);

  /// Finds the end of a line that begins there.
  /// @returns the line without it, or nothing if it is not there or a fault.
  std::optional<std::string_view>
  line_at(std::string_view bytes, std::size_t most, request_fault too_long);

  void begin_chunk(std::string_view line);

  void end_trailer_line(std::string_view line);

  std::size_t refuse(request_fault x) noexcept;

  std::uint64_t max_body_;
  phase phase_ = phase::head;
  std::optional<request_fault> fault_;
  request_head head_;
  std::size_t seen_ = 0;       ///< bytes of the head that are looked at
  std::size_t line_begin_ = 0; ///< where the last line of those begins
  std::size_t num_lines_ = 0;  ///< of the head, or of fields behind a body
  std::uint64_t left_ = 0;     ///< of the body or the chunk, in bytes
  std::uint64_t body_limit_ = 0;
  std::uint64_t taken_ = 0;      ///< of the body, in chunks
  std::uint64_t num_chunks_ = 0; ///< of this body
  std::size_t trailer_size_ = 0;
};

} // namespace livegrid
