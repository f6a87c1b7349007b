#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace livegrid {

/// Why a request is refused before it is whole.
struct request_fault {
  std::uint16_t status; ///< of the answer
  std::string_view why; ///< lives for ever

  bool operator==(const request_fault&) const = default;
};

/// Request line and fields of one request. Refers to the bytes that it was read
/// from, but for its facts.
struct request_head {
  std::string_view method;
  std::string_view target;
  bool http_1_0 = false;
  bool last = false; ///< the client wants no other after it
  bool chunked = false;
  bool expects_continue = false;
  std::uint64_t length = 0; ///< of the body, in bytes; of chunks unknown

  /// Names and values, as sent, but for blanks around the values.
  std::vector<std::pair<std::string_view, std::string_view>> fields;

  bool has_body() const noexcept {
    return chunked || length > 0;
  }

  /// The value of the first field of that name; empty if there is none.
  /// @param name in lower case.
  std::string_view field(std::string_view name) const noexcept;

  /// Whether there is such a field.
  bool has(std::string_view name) const noexcept;

  /// The values of all fields of that name as one: a list may come on several
  /// lines (RFC 9110, 5.3).
  /// @param separator what stands between them.
  std::string list(std::string_view name, std::string_view separator) const;
};

/// Reads the head of a request, which is whole.
/// @param text up to the blank line, with it.
/// @param into is overwritten.
/// @returns what is wrong with it.
std::optional<request_fault> read_head(std::string_view text,
                                       request_head& into);

/// Reads a request line, without its end, into method, target and version.
std::optional<request_fault> read_request_line(std::string_view line,
                                               request_head& into);

/// Reads the line of one field, without its end.
std::optional<request_fault> read_field(std::string_view line,
                                        std::string_view& name,
                                        std::string_view& value);

/// Whether a field of that name may stand behind a body: none that says where
/// the request ends, or whose it is (RFC 9110, 6.5.1).
bool may_trail(std::string_view name) noexcept;

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
