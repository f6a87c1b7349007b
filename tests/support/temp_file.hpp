#pragma once

#include <string>
#include <string_view>

namespace livegrid::test {

/// A file that is removed with its holder.
class temp_file {
public:
  /// @param suffix such as `.csv`; `.gz` does not compress by itself.
  explicit temp_file(std::string_view content, std::string_view suffix = "");

  temp_file(const temp_file&) = delete;

  temp_file& operator=(const temp_file&) = delete;

  ~temp_file();

  const std::string& path() const noexcept {
    return path_;
  }

private:
  std::string path_;
};

/// A directory that is removed with its holder, and all that is in it.
class temp_directory {
public:
  temp_directory();

  temp_directory(const temp_directory&) = delete;

  temp_directory& operator=(const temp_directory&) = delete;

  ~temp_directory();

  const std::string& path() const noexcept {
    return path_;
  }

private:
  std::string path_ = "/tmp/livegrid-test-XXXXXX";
};

} // namespace livegrid::test
