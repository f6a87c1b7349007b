#include "row_scanner.hpp"

#include <cstring>

namespace livegrid::bench {

void row_scanner::start(std::string_view message) noexcept {
  pos_ = message.data();
  end_ = pos_ + message.size();
  array_ =
    message.size() > 1 && message.front() == '[' && message.back() == ']';
  first_ = true;
  if (array_) {
    ++pos_;
    --end_;
  }
}

bool row_scanner::skip_to(std::string_view key, std::size_t& guess) noexcept {
  auto left = static_cast<std::size_t>(end_ - pos_);
  if (guess + key.size() > left
      || std::memcmp(pos_ + guess, key.data(), key.size()) != 0) {
    auto p = memmem(pos_, left, key.data(), key.size());
    if (p == nullptr)
      return false;
    guess = static_cast<std::size_t>(static_cast<const char*>(p) - pos_);
  }
  pos_ += guess + key.size();
  return true;
}

row_scanner::result row_scanner::next(scanned_row& out) noexcept {
  if (pos_ == end_ && (array_ || !first_))
    return result::end;
  if (!first_ && *pos_++ != ',')
    return result::bad;
  first_ = false;
  if (pos_ == end_ || *pos_ != '{')
    return result::bad;
  auto close = static_cast<const char*>(
    std::memchr(pos_, '}', static_cast<std::size_t>(end_ - pos_)));
  if (close == nullptr || (!array_ && close + 1 != end_))
    return result::bad;
  // Both keys must be in this row.
  auto end = end_;
  end_ = close;
  auto found = skip_to("\"symbol\":\"S", symbol_guess_)
               && end_ - pos_ > static_cast<std::ptrdiff_t>(symbol_digits);
  out = {};
  if (found) {
    for (std::size_t i = 0; i < symbol_digits; ++i, ++pos_) {
      found = found && *pos_ >= '0' && *pos_ <= '9';
      out.symbol = out.symbol * 10 + static_cast<std::uint32_t>(*pos_ - '0');
    }
    found = found && *pos_ == '"' && skip_to("\"volume\":", stamp_guess_)
            && pos_ != end_ && *pos_ >= '0' && *pos_ <= '9';
  }
  usec at = 0;
  for (; found && pos_ != end_ && *pos_ >= '0' && *pos_ <= '9'; ++pos_) {
    at = at * 10 + (*pos_ - '0');
    found = at < stamp_modulus;
  }
  found = found && (*pos_ == ',' || *pos_ == '}');
  end_ = end;
  pos_ = close + 1;
  out.at = static_cast<stamp>(at);
  return found ? result::row : result::bad;
}

} // namespace livegrid::bench
