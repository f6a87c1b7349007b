#pragma once

#include <string>
#include <vector>

#include "temp_file.hpp"

#include "livegrid/actors/settings/setting.hpp"
#include "livegrid/actors/settings/settings.hpp"

#include "unit_test.hpp"

// What the suites about settings share. Like CAF's own test headers it needs
// CAF_SUITE, and comes last.

namespace livegrid::test {

using strings = std::vector<std::string>;
using wish = parsed_settings::wish;

inline auto parse(const strings& args, const strings& environment = {}) {
  std::vector<const char*> argv{"livegrid"};
  for (const auto& x : args)
    argv.push_back(x.c_str());
  std::vector<const char*> envp;
  for (const auto& x : environment)
    envp.push_back(x.c_str());
  envp.push_back(nullptr);
  return parse_settings(static_cast<int>(argv.size()), argv.data(),
                        envp.data());
}

/// Fails the test if there is an error.
inline parsed_settings parsed(const strings& args,
                              const strings& environment = {}) {
  auto x = parse(args, environment);
  if (!x)
    CAF_FAIL("unexpected error: " << x.error());
  return *std::move(x);
}

/// The error, or an empty text.
inline std::string error_of(const strings& args,
                            const strings& environment = {}) {
  auto x = parse(args, environment);
  return x ? std::string{} : x.error();
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What differs from the defaults, as `name=value` in lines.
inline std::string changes(const settings& x) {
  std::string out;
  auto before = dump(settings{});
  auto after = dump(x);
  for (std::size_t i = 0; i < after.size(); ++i)
    if (before[i] != after[i])
      out += after[i].first + '=' + after[i].second + '\n';
  return out;
}

/// A setting, a value for it, and what `changes` shows of it.
struct value_case {
  std::string name;
  std::string given;
  std::string shown; ///< empty: the default
};

/// The variable of the setting of that name, or an empty text.
inline std::string variable_of(const std::string& name) {
  auto x = find_setting(name);
  return x ? x->variable() : std::string{};
}

} // namespace livegrid::test
