#include "livegrid/actors/settings/setting_text.hpp"

#include <algorithm>
#include <string_view>

#include "livegrid/actors/settings/setting.hpp"
#include "livegrid/actors/settings/settings.hpp"

namespace livegrid {

namespace {

/// Appends `text` in lines of at most 80 characters, each behind `prefix`.
void append_wrapped(std::string& out, std::string_view text,
                    std::string_view prefix) {
  constexpr std::size_t width = 80;
  while (prefix.size() + text.size() > width) {
    auto end = text.rfind(' ', width - prefix.size());
    if (end == std::string_view::npos)
      break;
    out.append(prefix).append(text.substr(0, end)) += '\n';
    text.remove_prefix(end + 1);
  }
  out.append(prefix).append(text) += '\n';
}

/// What stands above a setting in the example file.
std::string comment_of(const setting& x) {
  std::string result{x.meaning};
  if (!x.if_empty.empty())
    result.append(" Empty: ").append(x.if_empty) += '.';
  if (!x.is_switch && x.form.find('|') != std::string_view::npos)
    result.append(" One of ").append(x.form) += '.';
  if (!x.range.empty())
    result += ' ' + x.range + '.';
  return result;
}

/// A value as `parse_ini` reads it back.
/// @param indent where the value begins in its line, for a list that needs
///               several.
std::string ini_text(const setting& x, const std::string& value,
                     std::size_t indent) {
  if (x.is_list) {
    std::string result = "[\"";
    for (auto c : value)
      if (c == ',')
        result.append("\",\n").append(indent + 1, ' ') += '"';
      else if (c != ' ')
        result += c;
    return result + "\"]";
  }
  auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '.';
  };
  if (!value.empty() && std::all_of(value.begin(), value.end(), plain))
    return value;
  return '"' + value + '"';
}

} // namespace

std::string help_text() {
  std::string out = R"(usage: livegrid [--help | --version] [--config-file=FILE]
                [--group.name=value ...]

Serves live prices to the Live Grid of OpenBB Workspace.

  -h, --help
      Prints this.
  --version
      Prints the version.
  --config-file=FILE
      Reads settings from an INI file; LIVEGRID_CONFIG_FILE names one as well.

Settings come from their defaults, the file, the environment (LIVEGRID_HTTP_PORT
for http.port) and the command line; the later wins. A size is bytes or has a
unit (B, KiB, MiB, GiB), a span has one (ms, s, min, h).

)";
  settings defaults;
  for (const auto& x : all_settings()) {
    out.append("  --").append(x.name).append("=").append(x.form) += '\n';
    append_wrapped(out, x.meaning, "      ");
    auto value = x.get(defaults);
    auto facts =
      "Default: " + (value.empty() ? std::string{x.if_empty} : value) + '.';
    if (!x.range.empty())
      facts += " Range: " + x.range + '.';
    append_wrapped(out, facts, "      ");
  }
  return out;
}

std::string example_file() {
  std::string out =
    R"(; Settings of livegrid: livegrid --config-file=livegrid.ini
;
; Every setting stands here with its default. The environment (LIVEGRID_HTTP_PORT
; for http.port) and the command line (--http.port=7779) override this file.
; A size is bytes or has a unit (B, KiB, MiB, GiB), a span has one (ms, s, min,
; h). Text with ; or # in it needs quotes. Relative file names start where
; livegrid was started.
)";
  const settings defaults;
  std::string_view group;
  for (const auto& x : all_settings()) {
    auto dot = x.name.find('.');
    if (x.name.substr(0, dot) != group) {
      group = x.name.substr(0, dot);
      out.append("\n[").append(group) += "]\n";
    }
    append_wrapped(out, comment_of(x), "; ");
    auto line = std::string{x.name.substr(dot + 1)} + " = ";
    out += line + ini_text(x, x.get(defaults), line.size()) + '\n';
  }
  return out;
}

} // namespace livegrid
