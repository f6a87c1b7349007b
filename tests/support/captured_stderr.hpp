#pragma once

#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>

namespace livegrid::test {

/// Takes what goes to stderr, from when it is made until it is destroyed.
class captured_stderr {
public:
  captured_stderr() : file_(std::tmpfile()), before_(dup(STDERR_FILENO)) {
    if (file_ == nullptr || before_ < 0
        || dup2(fileno(file_), STDERR_FILENO) < 0)
      throw std::runtime_error("cannot capture stderr");
  }

  captured_stderr(const captured_stderr&) = delete;

  captured_stderr& operator=(const captured_stderr&) = delete;

  ~captured_stderr() {
    dup2(before_, STDERR_FILENO);
    close(before_);
    std::fclose(file_);
  }

  /// All of it so far.
  std::string text() const {
    std::string result;
    char buf[4096];
    for (off_t at = 0;;) {
      auto n = pread(fileno(file_), buf, sizeof buf, at);
      if (n < 0)
        throw std::runtime_error("cannot read what was captured");
      if (n == 0)
        return result;
      result.append(buf, static_cast<std::size_t>(n));
      at += n;
    }
  }

  /// How often `part` is in it.
  std::size_t count(const std::string& part) const {
    auto all = text();
    std::size_t result = 0;
    for (auto i = all.find(part); i != std::string::npos;
         i = all.find(part, i + part.size()))
      ++result;
    return result;
  }

private:
  std::FILE* file_;
  int before_;
};

} // namespace livegrid::test
