#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/settings/ini.hpp"
#include "livegrid/actors/settings/setting_value.hpp"
#include "livegrid/actors/settings/settings.hpp"

namespace livegrid {

/// What there is to know of one setting. Reading, `--help`, the example file,
/// the words that the fuzzer tries and what the operator is shown all come from
/// the one table of these.
struct setting {
  /// `group.name`, in lower case, with `-` between words.
  std::string_view name;

  /// Stands for the value in `--help`, such as SIZE; the words that the value
  /// may be, where those are all, as a|b|c.
  std::string_view form;

  /// What it is for, in sentences.
  std::string_view meaning;

  /// The values that it may have, such as `1 to 65535`; empty if the form says
  /// it all.
  std::string range;

  /// What an empty value stands for.
  std::string_view if_empty;

  /// Whether it may stand alone on the command line, for true.
  bool is_switch = false;

  /// Whether it has several values, which a file may write as a list.
  bool is_list = false;

  /// Reads a value, and leaves the settings alone if it complains.
  std::function<complaint(settings&, const ini_value&)> set;

  /// The value as text that `set` reads back as the same value.
  std::function<std::string(const settings&)> get;

  /// The variable: LIVEGRID_HTTP_MAX_BODY for `http.max-body`.
  std::string variable() const;
};

/// All settings, grouped, in the order of `--help`.
const std::vector<setting>& all_settings();

/// The setting of that name, or null.
const setting* find_setting(std::string_view name);

} // namespace livegrid
