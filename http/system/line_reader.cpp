#include "livegrid/http/system/line_reader.hpp"

#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>

#include "livegrid/actors/base/text_file.hpp"

namespace livegrid {

namespace {

constexpr std::size_t buffer_size = 64 * 1024;

} // namespace

line_reader::~line_reader() {
  if (file_)
    gzclose(file_);
}

expected<void, std::string> line_reader::open(const std::string& path) {
  text_file file{path};
  if (S_ISDIR(file.status().st_mode))
    return unexpected{"is a directory"};
  if (!file.fault().empty())
    return unexpected{file.fault()};
  // It has to end, and to be played again.
  if (!file.is_regular())
    return unexpected{no_regular_file};
  auto fd = file.release();
  file_ = gzdopen(fd, "rb");
  if (!file_) {
    ::close(fd);
    return unexpected{"out of memory"};
  }
  gzbuffer(file_, buffer_size);
  buffer_.resize(buffer_size);
  return {};
}

bool line_reader::fill() {
  if (!error_.empty())
    return false;
  begin_ = end_ = 0;
  auto n = gzread(file_, buffer_.data(), static_cast<unsigned>(buffer_.size()));
  if (n > 0) {
    end_ = static_cast<std::size_t>(n);
    return true;
  }
  // A gzip file that breaks off is told only once all of it is read.
  int code = Z_OK;
  std::string_view text = gzerror(file_, &code);
  if (code == Z_ERRNO)
    error_ = std::strerror(errno);
  else if (code == Z_BUF_ERROR)
    error_ = "the gzip file breaks off";
  else if (code != Z_OK && code != Z_STREAM_END)
    error_ = text;
  return false;
}

line_reader::result line_reader::next(std::string_view& line) {
  line_.clear();
  bool begun = false;
  bool skipping = false;
  for (;;) {
    if (begin_ == end_ && !fill()) {
      // What stands before a break may be half a line.
      if (!error_.empty()) {
        ++line_number_;
        return result::broken;
      }
      if (!begun)
        return result::end;
      line = line_;
      break;
    }
    begun = true;
    auto first = buffer_.data() + begin_;
    auto size = end_ - begin_;
    auto found = static_cast<const char*>(std::memchr(first, '\n', size));
    auto part = found ? static_cast<std::size_t>(found - first) : size;
    begin_ += part + (found ? 1 : 0);
    if (line_.size() + part > max_line) {
      skipping = true;
      line_.clear();
    }
    if (found && line_.empty() && !skipping) {
      line = {first, part};
      break;
    }
    if (!skipping)
      line_.append(first, part);
    if (found) {
      line = line_;
      break;
    }
  }
  ++line_number_;
  if (skipping)
    return result::too_long;
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  return result::line;
}

bool line_reader::rewind() {
  gzclearerr(file_);
  if (gzrewind(file_) != 0)
    return false;
  begin_ = end_ = 0;
  line_number_ = 0;
  error_.clear();
  return true;
}

} // namespace livegrid
