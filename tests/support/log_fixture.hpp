#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/base/log.hpp"

#include "captured_stderr.hpp"
#include "json_value.hpp"

// Like CAF's own test headers it needs CAF_SUITE.
#include "unit_test.hpp"

namespace livegrid::test {

using strings = std::vector<std::string>;

/// A logger whose time is the test's.
class log_fixture {
public:
  std::chrono::system_clock::time_point now =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 25}
    + std::chrono::hours{6} + std::chrono::minutes{44}
    + std::chrono::seconds{32} + std::chrono::milliseconds{123};

  captured_stderr err;
  std::optional<logger> log;

  log_fixture() {
    open(log_format::text);
  }

  void open(log_format format, log_level level = log_level::info) {
    log.emplace(level, format, [this] { return now; });
  }

  /// The lines that came since this was asked last.
  strings lines();

  std::string line() {
    auto all = lines();
    CAF_REQUIRE_EQUAL(all.size(), 1u);
    return all[0];
  }

  json_value json() {
    return json_value::parse(line());
  }

  void repeat(int times) {
    for (int i = 0; i < times; ++i)
      log->info("again", {{"i", i}});
  }

private:
  std::size_t read_ = 0;
};

} // namespace livegrid::test
