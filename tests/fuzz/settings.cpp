#include <string>
#include <string_view>
#include <vector>

#include "fuzz.hpp"
#include "memory_file.hpp"

#include "livegrid/actors/settings/setting.hpp"
#include "livegrid/actors/settings/settings.hpp"

// Settings: an error that names its source, or values that read back as they
// are from what is shown of them. An input is a file, the environment and the
// command line, with a line of % between them; of the latter two each line is
// one variable or argument.

using namespace livegrid;

namespace {

using texts = std::vector<std::string>;

std::string_view take_part(std::string_view& rest) {
  constexpr std::string_view border = "\n%\n";
  auto end = rest.find(border);
  auto result = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + border.size());
  return result;
}

texts lines_of(std::string_view text) {
  texts result;
  while (!text.empty()) {
    auto end = text.find('\n');
    // To the system a zero byte is the end.
    auto line = text.substr(0, end);
    result.emplace_back(line.substr(0, line.find('\0')));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  // Other files are none of ours, and some of them never end.
  std::erase_if(result, [](const auto& x) {
    return x.starts_with("--config-file")
           || x.starts_with("LIVEGRID_CONFIG_FILE");
  });
  return result;
}

auto parse(const texts& environment, const texts& arguments) {
  std::vector<const char*> argv{"livegrid"};
  for (const auto& x : arguments)
    argv.push_back(x.c_str());
  std::vector<const char*> envp;
  for (const auto& x : environment)
    envp.push_back(x.c_str());
  envp.push_back(nullptr);
  return parse_settings(static_cast<int>(argv.size()), argv.data(),
                        envp.data());
}

/// What an error may begin with: a place in the file, a variable, a setting,
/// or what an argument is if it is none of these.
bool names_source(std::string_view why, const std::string& file) {
  for (std::string_view x : {"LIVEGRID_", "--", "unknown setting \"--",
                             "unexpected argument \"", "config-file: "})
    if (why.starts_with(x))
      return true;
  if (why.starts_with(file + ':'))
    return true;
  auto name = why.substr(0, why.find(": "));
  return find_setting(name) != nullptr;
}

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (auto c : text) {
    if (c == '"' || c == '\\')
      (result += '\\') += c;
    else if (c == '\n')
      result += "\\n";
    else if (c == '\r')
      result += "\\r";
    else if (c == '\t')
      result += "\\t";
    else
      result += c;
  }
  return result + '"';
}

void expect_same(const expected<parsed_settings, std::string>& x,
                 const settings& values, std::string_view what) {
  fuzz::expect(x.has_value(), what);
  fuzz::expect(dump(x->values) == dump(values), what);
}

void expect_reads_back(const settings& values) {
  texts arguments;
  texts environment;
  std::string ini;
  for (const auto& x : all_settings()) {
    auto value = x.get(values);
    arguments.push_back("--" + std::string{x.name} + '=' + value);
    environment.push_back(x.variable() + '=' + value);
    ini += std::string{x.name} + " = " + in_quotes(value) + '\n';
  }
  expect_same(parse({}, arguments), values, "the command line reads back");
  expect_same(parse(environment, {}), values, "the environment reads back");
  fuzz::memory_file file{ini};
  expect_same(parse({}, {"--config-file=" + file.path()}), values,
              "the file reads back");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::as_text(data, size);
  fuzz::memory_file file{take_part(rest)};
  auto environment = lines_of(take_part(rest));
  auto arguments = lines_of(rest);
  arguments.insert(arguments.begin(), "--config-file=" + file.path());
  auto result = parse(environment, arguments);
  if (!result)
    fuzz::expect(names_source(result.error(), file.path()),
                 "an error names its source");
  else if (result->wants == parsed_settings::wish::run)
    expect_reads_back(result->values);
  return 0;
}
