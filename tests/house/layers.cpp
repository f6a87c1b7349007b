// The rules of the house, held against the sources themselves: where each file
// stands, what it may include, and how long it may be. What breaks a rule is
// put where it belongs; the list of exceptions may only shrink.

#define CAF_SUITE house.layers

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "source_tree.hpp"

#include "unit_test.hpp"

namespace fs = std::filesystem;
using namespace livegrid::test;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

/// The library of each room, as the architecture page has it:
/// | `actors/base` | core | ... |
std::map<std::string, std::string, std::less<>> read_rooms() {
  std::map<std::string, std::string, std::less<>> result;
  for (const auto& line : read_lines("include/livegrid/README.md")) {
    std::istringstream in{line};
    std::string bar, path, library;
    in >> bar >> path >> bar >> library;
    if (path.starts_with("`actors/") || path.starts_with("`http/"))
      result.emplace(path.substr(1, path.size() - 2), library);
  }
  CAF_REQUIRE(result.size() > 20);
  return result;
}

/// The headers that stand above all rooms: contents and contracts, for all.
constexpr std::string_view contracts[] = {
  "actors", "frame_sink", "fwd", "messages", "replier", "version",
};

/// What a library may include, beside itself.
const std::map<std::string_view, std::set<std::string_view>> below{
  {"core", {}},
  {"actors", {"core"}},
  {"io", {"core"}},
  {"http", {"core", "actors", "io"}},
  {"console", {"core", "actors", "io"}},
};

constexpr std::size_t max_file_lines = 400;
constexpr std::size_t max_function_lines = 70;

/// Functions that are tables, of handlers or of settings, and so may be longer.
constexpr std::string_view tables[] = {"grid", "make_table", "market"};

/// Sources that have no header and suite of their own, or no suite.
struct exception {
  std::string_view what; ///< how its name begins
  std::string_view why;
};

/// These may only become fewer.
constexpr exception exceptions[] = {
  {"actors/cluster/grid_", "parts of what a grid decides"},
  {"actors/prices/price_", "parts of price_state"},
  {"http/cluster/etcd_member_stay", "a part of etcd_member"},
  {"http/routes/no_page", "stands in for the page"},
  {"http/websocket/ws_reading", "a part of ws_session"},
  {"http/websocket/ws_sessions", "tested by ws_session"},
};
static_assert(std::size(exceptions) <= 6);

/// Which exceptions have been needed.
std::set<const exception*> needed;

bool excepted(std::string_view what) {
  for (const auto& x : exceptions)
    if (what.starts_with(x.what)) {
      needed.emplace(&x);
      return true;
    }
  return false;
}

std::vector<std::string> list_sources() {
  auto result = list_files("actors", ".cpp");
  auto more = list_files("http", ".cpp");
  result.insert(result.end(), more.begin(), more.end());
  CAF_REQUIRE(result.size() > 100);
  return result;
}

std::vector<std::string> list_headers() {
  auto result = list_files("include", ".hpp");
  CAF_REQUIRE(result.size() > 100);
  return result;
}

std::vector<std::string> list_all() {
  auto result = list_sources();
  auto more = list_headers();
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

/// `actors/prices/row` of its source or header.
std::string name_of(std::string_view file) {
  constexpr auto headers = "include/livegrid/"sv;
  if (file.starts_with(headers))
    file.remove_prefix(headers.size());
  return std::string{file.substr(0, file.rfind('.'))};
}

std::string room_of(std::string_view name) {
  auto slash = name.rfind('/');
  return std::string{slash == name.npos ? ""sv : name.substr(0, slash)};
}

/// Empty for the contracts and for what stands in no room.
std::string library_of(std::string_view path) {
  static const auto rooms = read_rooms();
  auto i = rooms.find(path);
  return i == rooms.end() ? std::string{} : i->second;
}

/// The names of our headers that a file includes.
std::vector<std::string> includes_of(const std::string& file) {
  constexpr auto start = "#include \"livegrid/"sv;
  std::vector<std::string> result;
  for (const auto& line : read_lines(file))
    if (line.starts_with(start)) {
      auto rest = std::string_view{line}.substr(start.size());
      result.emplace_back(rest.substr(0, rest.find(".hpp\"")));
    }
  return result;
}

void report(const std::vector<std::string>& faults) {
  for (const auto& x : faults)
    CAF_ERROR(x);
  CAF_CHECK(faults.empty());
}

CAF_TEST(each file stands in a room) {
  std::vector<std::string> faults;
  for (const auto& file : list_all()) {
    auto name = name_of(file);
    auto contract = std::find(std::begin(contracts), std::end(contracts), name);
    if (library_of(room_of(name)).empty() && contract == std::end(contracts))
      faults.push_back(file + " stands in no room");
  }
  report(faults);
}

CAF_TEST(no library includes one above it) {
  std::vector<std::string> faults;
  for (const auto& file : list_all()) {
    auto own = library_of(room_of(name_of(file)));
    for (const auto& x : includes_of(file)) {
      auto other = library_of(room_of(x));
      // The contracts speak of values alone.
      auto allowed =
        other.empty() || other == own
        || (own.empty() ? other == "core" : below.at(own).count(other) > 0);
      if (!allowed)
        faults.push_back(file + " includes " + x + ", which is of " + other);
    }
  }
  report(faults);
}

CAF_TEST(no room includes itself by way of others) {
  std::map<std::string, std::map<std::string, std::string>> ways;
  for (const auto& file : list_all()) {
    auto own = room_of(name_of(file));
    for (const auto& x : includes_of(file))
      if (auto other = room_of(x); !own.empty() && !other.empty())
        ways[own].emplace(other, file + " -> " + x);
  }
  std::vector<std::string> faults;
  for (const auto& [from, _] : ways) {
    std::set<std::string> seen;
    std::vector<std::pair<std::string, std::string>> rest{{from, ""}};
    while (!rest.empty()) {
      auto [at, way] = rest.back();
      rest.pop_back();
      for (const auto& [to, by] : ways[at]) {
        auto longer = way + "\n  " + by;
        if (to == from && at != from)
          faults.push_back("a circle of rooms:" + longer);
        else if (to != from && seen.emplace(to).second)
          rest.emplace_back(to, longer);
      }
    }
  }
  report(faults);
}

bool has_main(const std::string& file) {
  auto lines = read_lines(file);
  return std::any_of(lines.begin(), lines.end(),
                     [](auto& x) { return x.starts_with("int main("); });
}

CAF_TEST(each source is listed by the library of its room) {
  std::map<std::string, std::string> listed;
  std::string library;
  for (auto line : read_lines("CMakeLists.txt")) {
    std::istringstream in{line};
    std::string word;
    in >> word;
    if (line.starts_with("add_library(livegrid_"))
      library = word.substr("add_library(livegrid_"sv.size());
    if (word.ends_with(')'))
      word.pop_back();
    if (line.starts_with("  ") && word.ends_with(".cpp")
        && !listed.emplace(word, library).second)
      CAF_ERROR(word << " is listed twice");
  }
  std::vector<std::string> faults;
  for (const auto& file : list_sources()) {
    auto i = listed.find(file);
    // Built instead of the page where that is left out.
    auto own = file == "http/routes/no_page.cpp"
                 ? "http"s
                 : library_of(room_of(name_of(file)));
    if (!has_main(file) && file != "http/routes/no_page.cpp"
        && (i == listed.end() || i->second != own))
      faults.push_back(file + " is not listed by livegrid_" + std::string{own});
  }
  report(faults);
}

std::vector<std::string> sources_without_header() {
  std::vector<std::string> faults;
  for (const auto& file : list_sources()) {
    auto name = name_of(file);
    if (!fs::exists(source_root() / ("include/livegrid/" + name + ".hpp"))
        && !has_main(file) && !excepted(name))
      faults.push_back(file + " has no header");
  }
  return faults;
}

CAF_TEST(each source has its header) {
  report(sources_without_header());
}

std::vector<std::string> sources_without_suite() {
  std::vector<std::string> faults;
  for (const auto& file : list_sources()) {
    auto name = name_of(file);
    if (!fs::exists(source_root() / ("tests/" + name + ".cpp"))
        && !has_main(file) && !excepted(name))
      faults.push_back(file + " has no suite");
  }
  return faults;
}

CAF_TEST(each source has its suite) {
  report(sources_without_suite());
}

CAF_TEST(each suite has the name of its file and is run) {
  std::vector<std::string> faults;
  auto lists = read_lines("tests/CMakeLists.txt");
  for (auto* program : {"actors", "http", "cluster", "node", "house"})
    for (const auto& file :
         list_files(std::string{"tests/"} + program, ".cpp")) {
      auto lines = read_lines(file);
      auto name = file.substr(6, file.size() - 10);
      auto in_list = "    " + name.substr(name.find('/') + 1);
      std::replace(name.begin(), name.end(), '/', '.');
      auto suite = std::find_if(lines.begin(), lines.end(), [](auto& x) {
        return x.starts_with("#define CAF_SUITE ");
      });
      if (suite == lines.end())
        continue; // support of the suites beside it
      if (*suite != "#define CAF_SUITE " + name)
        faults.push_back(file + " has another suite: " + *suite);
      if (std::find(lists.begin(), lists.end(), in_list) == lists.end()
          && std::find(lists.begin(), lists.end(), in_list + ")") == lists.end()
          && name != "node.page")
        faults.push_back(file + " is not run");
    }
  report(faults);
}

std::vector<std::string> long_files() {
  std::vector<std::string> faults;
  for (const auto& file : list_all())
    if (auto n = read_lines(file).size(); n > max_file_lines)
      faults.push_back(file + " has " + std::to_string(n) + " lines");
  return faults;
}

CAF_TEST(checks of two values are those of unit_test.hpp) {
  std::vector<std::string> faults;
  for (auto* suffix : {".cpp", ".hpp"})
    for (const auto& file : list_files("tests", suffix))
      for (const auto& line : read_lines(file))
        if (line.ends_with("\"caf/test/unit_test.hpp\"")
            && file != "tests/support/unit_test.hpp")
          faults.push_back(file + " has CAF's own, which may dangle");
  report(faults);
}

CAF_TEST(no file is too long to be read at once) {
  report(long_files());
}

std::vector<std::string> long_functions() {
  std::vector<std::string> faults;
  std::size_t seen = 0;
  for (const auto& file : list_all())
    for (const auto& x : functions_of(read_lines(file))) {
      ++seen;
      if (x.lines > max_function_lines
          && std::find(std::begin(tables), std::end(tables), x.name)
               == std::end(tables))
        faults.push_back(file + ": " + x.name + " has "
                         + std::to_string(x.lines) + " lines");
    }
  CAF_CHECK(seen > 1000);
  return faults;
}

CAF_TEST(no function is too long to be read at once) {
  report(long_functions());
}

CAF_TEST(lengths of functions are read from their layout) {
  auto found =
    functions_of({"int f(int x,", "      int y) {", "  for (;;) {", "  }", "}",
                  "", "class c {", "  int g() {", "    return 1;", "  }", "};",
                  "", "const int table[] = {", "  1,", "};"});
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK_EQUAL(found[0].name, "f");
  CAF_CHECK_EQUAL(found[0].lines, 5u);
  CAF_CHECK_EQUAL(found[1].name, "g");
  CAF_CHECK_EQUAL(found[1].lines, 3u);
}

CAF_TEST(each exception is needed) {
  sources_without_header();
  sources_without_suite();
  for (const auto& x : exceptions)
    if (needed.count(&x) == 0)
      CAF_ERROR(x.what << " needs no exception any more: " << x.why);
}

} // namespace
