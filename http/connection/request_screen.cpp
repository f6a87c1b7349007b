#include "livegrid/http/connection/request_screen.hpp"

#include <algorithm>
#include <cstring>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

// The parser's own limits are no lower.
constexpr std::size_t max_head = 80 * 1024;
constexpr std::size_t max_first_line = 72 * 1024 + 32;
constexpr std::size_t max_line = 16 * 1024 + 256 + 16;
constexpr std::size_t max_fields = 100;
constexpr std::size_t max_chunk_line = 256;
constexpr std::size_t max_trailer = 8 * 1024;

/// Chunks that any body may have; and bytes that each must have on average
/// where it has more, for the parser keeps something for each.
constexpr std::uint64_t free_chunks = 16 * 1024;
constexpr std::uint64_t min_chunk = 64;

constexpr request_fault head_too_large{431, "the header is too large"};

constexpr request_fault line_too_long{414,
                                      "the request line is larger than 72 KiB"};

constexpr request_fault body_too_large{413,
                                       "the body is larger than http.max-body"};

constexpr request_fault bare_line_feed{400, "a line ends with a bare line "
                                            "feed"};

constexpr request_fault bad_character{400, "a character that no line may have"};

constexpr request_fault bad_chunk{400, "a chunk is not as it must be"};

/// Whether a line may have that byte in it.
constexpr bool is_text(char c) noexcept {
  auto x = static_cast<unsigned char>(c);
  return (x >= ' ' && x != 0x7f) || x == '\t';
}

/// How many bytes from there on a line may have in it.
std::size_t count_text(std::string_view x) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t tops = 0x8080808080808080;
  std::size_t i = 0;
  for (; i + sizeof ones <= x.size(); i += sizeof ones) {
    std::uint64_t v;
    std::memcpy(&v, x.data() + i, sizeof v);
    auto del = v ^ ones * 0x7f;
    // Whether one of the eight is below the blank, or DEL.
    if (((((v - ones * 0x20) & ~v) | ((del - ones) & ~del)) & tops) != 0)
      break;
  }
  while (i < x.size() && is_text(x[i]))
    ++i;
  return i;
}

} // namespace

std::size_t request_screen::refuse(request_fault x) noexcept {
  fault_ = x;
  phase_ = phase::over;
  return 0;
}

void request_screen::limit_body(std::uint64_t most) noexcept {
  body_limit_ = std::min(body_limit_, most);
  if (head_.length > body_limit_)
    refuse(body_too_large);
}

std::size_t request_screen::look(std::string_view bytes) {
  if (phase_ == phase::at_body) {
    phase_ = head_.chunked ? phase::chunk_size : phase::body;
    if (!head_.has_body())
      phase_ = phase::head;
  }
  switch (phase_) {
  case phase::over:
    return 0;
  case phase::head:
    return look_at_head(bytes);
  case phase::body:
    return look_at_body(bytes);
  default:
    return look_at_chunks(bytes);
  }
}

std::size_t request_screen::look_at_head(std::string_view bytes) {
  auto i = seen_;
  // What the last one refers to may be gone.
  if (i == 0)
    head_.fields.clear();
  while (i < bytes.size()) {
    i += count_text(bytes.substr(i));
    auto size = i - line_begin_;
    if (num_lines_ == 0 ? size > max_first_line : size > max_line)
      return refuse(num_lines_ == 0 ? line_too_long : head_too_large);
    if (i > max_head)
      return refuse(head_too_large);
    if (i == bytes.size() || (bytes[i] == '\r' && i + 1 == bytes.size()))
      break;
    if (bytes[i] != '\r' || bytes[i + 1] != '\n')
      return refuse(bytes[i] == '\n' ? bare_line_feed : bad_character);
    auto line = bytes.substr(line_begin_, size);
    i += 2;
    line_begin_ = i;
    if (line.empty() && num_lines_ == 0) {
      // Some send one behind a body (RFC 9112, 2.2).
      if (i > 2)
        return refuse({400, "the first line is no request of HTTP"});
      continue;
    }
    if (num_lines_++ == 0) {
      if (auto fault = read_request_line(line, head_))
        return refuse(*fault);
    } else if (line.empty()) {
      auto begin = bytes.starts_with('\r') ? 2u : 0u;
      if (auto fault = read_head(bytes.substr(begin, i - begin), head_))
        return refuse(*fault);
      if (head_.length > max_body_)
        return refuse(body_too_large);
      body_limit_ = max_body_;
      left_ = head_.length;
      taken_ = num_chunks_ = 0;
      trailer_size_ = 0;
      seen_ = line_begin_ = num_lines_ = 0;
      phase_ = phase::at_body;
      return i;
    } else if (num_lines_ > max_fields + 1) {
      return refuse(head_too_large);
    }
  }
  seen_ = i;
  return 0;
}

std::size_t request_screen::look_at_body(std::string_view bytes) {
  auto n = std::min<std::uint64_t>(left_, bytes.size());
  left_ -= n;
  if (left_ == 0)
    phase_ = phase::head;
  return static_cast<std::size_t>(n);
}

std::optional<std::string_view>
request_screen::line_at(std::string_view bytes, std::size_t most,
                        request_fault too_long) {
  auto size = count_text(bytes);
  if (size > most)
    refuse(too_long);
  else if (size < bytes.size() && bytes[size] != '\r')
    refuse(bytes[size] == '\n' ? bare_line_feed : bad_character);
  else if (size + 1 < bytes.size() && bytes[size + 1] != '\n')
    refuse(bad_character);
  else if (size + 1 < bytes.size())
    return bytes.substr(0, size);
  return std::nullopt;
}

void request_screen::begin_chunk(std::string_view line) {
  std::size_t i = 0;
  for (; i < line.size() && hex_value(to_lower(line[i])) >= 0; ++i) {
    if (left_ > UINT64_MAX >> 4) {
      refuse(body_too_large);
      return;
    }
    left_ =
      left_ << 4 | static_cast<std::uint64_t>(hex_value(to_lower(line[i])));
  }
  // What may follow is for nobody here (RFC 9112, 7.1.1).
  if (i == 0 || (i < line.size() && line[i] != ';'))
    refuse(bad_chunk);
  else if (left_ > body_limit_ - taken_)
    refuse(body_too_large);
  else if (++num_chunks_ > std::max(free_chunks, body_limit_ / min_chunk))
    refuse({413, "the body has too many chunks"});
  else
    phase_ = left_ == 0 ? phase::trailer : phase::chunk;
  taken_ += left_;
}

void request_screen::end_trailer_line(std::string_view line) {
  std::string_view name;
  std::string_view value;
  trailer_size_ += line.size() + 2;
  if (line.empty())
    phase_ = phase::head;
  else if (trailer_size_ > max_trailer
           || head_.fields.size() + ++num_lines_ > max_fields)
    refuse(head_too_large);
  else if (auto fault = read_field(line, name, value))
    refuse(*fault);
  else if (!may_trail(name))
    refuse({400, "a field that may not stand behind a body"});
}

std::size_t request_screen::look_at_chunks(std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    auto rest = bytes.substr(done);
    switch (phase_) {
    case phase::chunk: {
      auto n = std::min<std::uint64_t>(left_, rest.size());
      left_ -= n;
      done += static_cast<std::size_t>(n);
      if (left_ == 0)
        phase_ = phase::chunk_end;
      continue;
    }
    case phase::chunk_size:
    case phase::chunk_end:
    case phase::trailer:
      break;
    default:
      return fault_ ? 0 : done;
    }
    auto at_trailer = phase_ == phase::trailer;
    auto line = line_at(rest, at_trailer ? max_line : max_chunk_line,
                        at_trailer ? head_too_large : bad_chunk);
    if (!line)
      break;
    done += line->size() + 2;
    if (phase_ == phase::chunk_size)
      begin_chunk(*line);
    else if (at_trailer)
      end_trailer_line(*line);
    else if (line->empty())
      phase_ = phase::chunk_size;
    else
      refuse(bad_chunk);
    if (phase_ == phase::head)
      num_lines_ = 0;
  }
  return fault_ ? 0 : done;
}

} // namespace livegrid
