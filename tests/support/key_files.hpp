#pragma once

#include <string>
#include <vector>

#include "node_process.hpp"
#include "temp_file.hpp"

namespace livegrid::test {

/// What a run of `livegrid key` came to.
struct key_run {
  int exit_code = 0;
  std::string output;
  std::string error;

  std::string last_line() const;
};

/// A file of keys, which `livegrid key` makes and changes.
class key_files {
public:
  std::string path() const {
    return directory_.path() + "/keys.json";
  }

  /// Runs `livegrid key` with these words and the file.
  key_run run(std::vector<std::string> words) const;

  /// Adds a key, which must be taken; returns its secret.
  std::string add(const std::string& name, const std::string& scopes,
                  const std::string& symbols = "*") const;

  void revoke(const std::string& name) const;

  /// Writes a file in its place, with that mode.
  void write(const std::string& text, unsigned mode = 0600) const;

  std::string read() const;

  /// The settings of a node that has these keys.
  std::vector<std::string> settings() const {
    return {"--market.feed=none", example_symbols(),
            "--access.keys-file=" + path()};
  }

private:
  temp_directory directory_;
};

} // namespace livegrid::test
