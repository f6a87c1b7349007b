#pragma once

#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>

namespace livegrid::test {

/// Takes what goes to stdout, from when it is made until it is destroyed.
class captured_stdout {
public:
  captured_stdout() : file_(std::tmpfile()), before_(dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    if (file_ == nullptr || before_ < 0
        || dup2(fileno(file_), STDOUT_FILENO) < 0)
      throw std::runtime_error("cannot capture stdout");
  }

  captured_stdout(const captured_stdout&) = delete;

  captured_stdout& operator=(const captured_stdout&) = delete;

  ~captured_stdout() {
    std::fflush(stdout);
    dup2(before_, STDOUT_FILENO);
    close(before_);
    std::fclose(file_);
  }

  /// All of it so far.
  std::string text() const {
    std::fflush(stdout);
    std::string result;
    char buf[4096];
    for (;;) {
      auto n = pread(fileno(file_), buf, sizeof buf,
                     static_cast<off_t>(result.size()));
      if (n < 0)
        throw std::runtime_error("cannot read what was captured");
      if (n == 0)
        return result;
      result.append(buf, static_cast<std::size_t>(n));
    }
  }

private:
  std::FILE* file_;
  int before_;
};

} // namespace livegrid::test
