#define CAF_SUITE actors.settings.setting_text

#include "livegrid/actors/settings/setting_text.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "parse_settings.hpp"
#include "written_file.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// What the fuzzer makes settings of, in the form of libFuzzer: the names in
/// each of their three forms, the groups, and what values are made of.
std::string fuzz_words() {
  std::string result;
  auto put = [&](const std::string& x) { result += '"' + x + "\"\n"; };
  std::string group;
  for (const auto& x : all_settings()) {
    std::string name{x.name};
    if (auto own = name.substr(0, name.find('.')); own != group) {
      group = own;
      put('[' + group + ']');
    }
    put(name);
    put(x.variable() + '=');
    put("--" + name + '=');
  }
  for (const auto* x : {R"(\x0a%\x0a)", "KiB", "MiB", "GiB", "ms", "min",
                        "127.0.0.1", "::1", "0.0.0.0", "localhost", "https://",
                        "simulator", "true", R"(\")", "--help", "--version"})
    put(x);
  return result;
}

} // namespace

CAF_TEST(help lists every setting) {
  auto help = help_text();
  auto values = dump(settings{});
  CAF_REQUIRE_EQUAL(values.size(), all_settings().size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& x = all_settings()[i];
    CAF_MESSAGE(x.name);
    auto at = help.find("\n  --" + std::string{x.name} + '=');
    CAF_REQUIRE(at != std::string::npos);
    auto entry = help.substr(at, help.find("\n  --", at + 1) - at);
    for (auto& c : entry)
      c = c == '\n' ? ' ' : c;
    entry.erase(std::unique(entry.begin(), entry.end(),
                            [](char a, char b) { return a == ' ' && b == a; }),
                entry.end());
    auto shown =
      values[i].second.empty() ? std::string{x.if_empty} : values[i].second;
    CAF_CHECK(!shown.empty());
    CAF_CHECK(contains(entry, "Default: " + shown + '.'));
    CAF_CHECK(contains(entry, x.range));
  }
  for (std::size_t first = 0; first < help.size();) {
    auto end = help.find('\n', first);
    CAF_CHECK_LESS_OR_EQUAL(end - first, 80u);
    first = end + 1;
  }
}

CAF_TEST(the example file is what the table makes of it) {
  CAF_CHECK_EQUAL(fault_of_file("deploy/livegrid.ini", example_file()), "");
}

CAF_TEST(the example has every setting at its default) {
  temp_file file{example_file()};
  CAF_CHECK_EQUAL(changes(parsed({"--config-file", file.path()}).values), "");
  auto example = parse_ini(example_file());
  CAF_REQUIRE(example);
  strings names;
  for (const auto& section : *example)
    for (const auto& entry : section.entries)
      names.push_back(section.name + '.' + entry.key);
  strings want;
  for (const auto& x : all_settings())
    want.emplace_back(x.name);
  CAF_CHECK(names == want);
}

CAF_TEST(the fuzzer knows every setting) {
  CAF_CHECK_EQUAL(fault_of_file("tests/fuzz/settings.dict", fuzz_words()), "");
}
