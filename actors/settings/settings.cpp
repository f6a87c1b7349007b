#include "livegrid/actors/settings/settings.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "livegrid/actors/base/near_word.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/base/text_file.hpp"
#include "livegrid/actors/settings/ini.hpp"
#include "livegrid/actors/settings/setting.hpp"
#include "livegrid/actors/settings/setting_check.hpp"
#include "livegrid/actors/settings/setting_value.hpp"

namespace livegrid {

namespace {

using wish = parsed_settings::wish;

constexpr std::string_view config_variable = "LIVEGRID_CONFIG_FILE";

/// The one value that is no setting: settings are shown to the operator, and a
/// command line to everybody on the host.
constexpr std::string_view etcd_password_variable =
  "LIVEGRID_CLUSTER_ETCD_PASSWORD";

constexpr std::size_t max_file_size = 1024 * 1024;

/// The command line, taken apart; its values are not read yet.
struct command_line {
  struct assignment {
    const setting* which;
    std::string value;
  };

  wish wants = wish::run;
  std::optional<std::string> config_file;
  std::vector<assignment> assignments;
};

/// Which setting was perhaps meant.
std::string near_setting(std::string_view name) {
  std::vector<std::string_view> known{"config-file"};
  for (const auto& x : all_settings())
    known.emplace_back(x.name);
  return did_you_mean(name, known);
}

/// The same of a variable.
std::string near_variable(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& x : all_settings())
    names.emplace_back(x.variable());
  return did_you_mean(
    name, std::vector<std::string_view>{names.begin(), names.end()});
}

/// Takes the value of `--name=value` or `--name value`, and moves `i` over it.
std::optional<std::string> take_value(const std::vector<std::string>& args,
                                      std::size_t& i, bool is_switch) {
  const auto& arg = args[i];
  if (auto sign = arg.find('='); sign != std::string::npos)
    return arg.substr(sign + 1);
  // Of a switch, the next argument is the value only if it reads like one.
  if (i + 1 < args.size() && !args[i + 1].starts_with("--")
      && (!is_switch || parse_switch(args[i + 1])))
    return args[++i];
  return is_switch ? std::optional<std::string>{"true"} : std::nullopt;
}

expected<command_line, std::string>
read_command_line(const std::vector<std::string>& args) {
  command_line out;
  complaint first;
  auto complain = [&](std::string why) {
    if (!first)
      first = std::move(why);
  };
  for (std::size_t i = 0; i < args.size() && out.wants == wish::run; ++i) {
    const auto& arg = args[i];
    if (arg == "-h" || arg == "--help") {
      out.wants = wish::help;
      continue;
    }
    if (arg == "--version") {
      out.wants = wish::version;
      continue;
    }
    if (!arg.starts_with("--")) {
      complain("unexpected argument " + quote(arg) + "; see --help");
      continue;
    }
    auto name = arg.substr(2, arg.find('=') - 2);
    auto which = find_setting(name);
    if (!which && name != "config-file") {
      complain("unknown setting " + quote("--" + name) + "; see --help"
               + near_setting(name));
      continue;
    }
    auto value = take_value(args, i, which && which->is_switch);
    if (!value)
      complain("--" + name + ": needs a value");
    else if (which)
      out.assignments.push_back({which, std::move(*value)});
    else
      out.config_file = std::move(*value);
  }
  // Whoever asks for help gets it, whatever else is wrong.
  if (first && out.wants == wish::run)
    return unexpected{*std::move(first)};
  return out;
}

expected<std::string, std::string> read_file(const std::string& name) {
  auto complain = [&](std::string_view why) {
    return unexpected{"config-file: cannot read " + quote(name) + ": "
                      + std::string{why}};
  };
  if (name.empty())
    return complain("the name is empty");
  text_file file{name};
  if (!file.fault().empty())
    return complain(file.fault());
  std::string text;
  auto failed = file.read(max_file_size, text);
  if (failed == EFBIG)
    return complain("it is larger than " + size_text(max_file_size));
  if (failed != 0)
    return complain(std::strerror(failed));
  return text;
}

bool is_group(std::string_view name) {
  const auto& xs = all_settings();
  return std::any_of(xs.begin(), xs.end(), [&](const setting& x) {
    return x.name.substr(0, x.name.find('.')) == name;
  });
}

complaint apply_file(const std::string& file, settings& out) {
  auto text = read_file(file);
  if (!text)
    return std::move(text).error();
  auto at = [&](std::size_t line) {
    return file + ':' + std::to_string(line) + ": ";
  };
  auto parsed = parse_ini(*text);
  if (!parsed)
    return at(parsed.error().line) + parsed.error().message;
  for (const auto& section : *parsed) {
    if (!section.name.empty() && !is_group(section.name))
      return at(section.line) + "unknown section [" + section.name + ']';
    auto prefix = section.name.empty() ? "" : section.name + '.';
    for (const auto& entry : section.entries) {
      auto name = prefix + entry.key;
      auto which = find_setting(name);
      if (!which)
        return at(entry.line) + "unknown setting " + name + near_setting(name);
      if (auto why = which->set(out, entry.value))
        return at(entry.line) + name + ": " + *why;
    }
  }
  return std::nullopt;
}

/// The environment's LIVEGRID_* variables.
struct variable {
  std::string name;
  std::string value;
};

std::vector<variable> read_environment(const char* const* envp) {
  std::vector<variable> result;
  for (; envp && *envp; ++envp) {
    std::string_view x{*envp};
    auto sign = x.find('=');
    if (x.starts_with("LIVEGRID_") && sign != std::string_view::npos)
      result.push_back(
        {std::string{x.substr(0, sign)}, std::string{x.substr(sign + 1)}});
  }
  return result;
}

complaint apply_environment(const std::vector<variable>& variables,
                            parsed_settings& out) {
  const auto& xs = all_settings();
  for (const auto& var : variables) {
    if (var.name == config_variable)
      continue;
    if (var.name == etcd_password_variable) {
      out.values.cluster.etcd_password = var.value;
      continue;
    }
    auto i = std::find_if(xs.begin(), xs.end(), [&](const setting& x) {
      return x.variable() == var.name;
    });
    if (i == xs.end())
      out.warnings.push_back("ignored the variable " + var.name
                             + ": there is no such setting"
                             + near_variable(var.name));
    else if (auto why = i->set(out.values, var.value))
      return var.name + " (" + std::string{i->name} + "): " + *why;
  }
  return std::nullopt;
}

complaint apply(const command_line& args,
                const std::vector<variable>& variables, parsed_settings& out) {
  auto file = args.config_file;
  for (const auto& var : variables)
    if (!file && var.name == config_variable)
      file = var.value;
  if (file)
    if (auto why = apply_file(*file, out.values))
      return why;
  if (auto why = apply_environment(variables, out))
    return why;
  for (const auto& [which, value] : args.assignments)
    if (auto why = which->set(out.values, value))
      return "--" + std::string{which->name} + ": " + *why;
  return check_together(out.values);
}

} // namespace

expected<parsed_settings, std::string>
parse_settings(int argc, const char* const* argv, const char* const* envp) {
  std::vector<std::string> texts;
  for (int i = 1; i < argc; ++i)
    texts.emplace_back(argv[i]);
  auto args = read_command_line(texts);
  if (!args)
    return unexpected{std::move(args).error()};
  parsed_settings result;
  result.wants = args->wants;
  if (result.wants == wish::run)
    if (auto why = apply(*args, read_environment(envp), result))
      return unexpected{*std::move(why)};
  return result;
}

std::vector<std::pair<std::string, std::string>> dump(const settings& x) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& item : all_settings())
    result.emplace_back(item.name, item.get(x));
  return result;
}

std::string_view scheme(const settings& x) noexcept {
  return x.http.secure() ? "https://" : "http://";
}

std::string own_origin(const settings& x, std::string_view host,
                       std::uint16_t port) {
  std::string result{scheme(x)};
  result += host;
  // Browsers leave out the port that a scheme has anyway.
  if (port != (x.http.secure() ? 443 : 80))
    result += ':' + std::to_string(port);
  return result;
}

std::vector<std::string> own_origins(const settings& x, std::uint16_t port) {
  const auto& address = x.http.address;
  std::vector<std::string> hosts;
  if (address == "0.0.0.0")
    hosts = {"127.0.0.1", "localhost"};
  else if (address == "::")
    hosts = {"127.0.0.1", "localhost", "[::1]"};
  else if (address.find(':') != std::string::npos)
    hosts = {'[' + address + ']'};
  else
    hosts = {address};
  if (is_loopback(address))
    hosts.emplace_back("localhost");
  for (auto& host : hosts)
    host = own_origin(x, host, port);
  return hosts;
}

} // namespace livegrid
