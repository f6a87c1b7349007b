#define CAF_SUITE http.console.live_view

#include "livegrid/http/console/live_view.hpp"

#include <unistd.h>

#include <csignal>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "captured_stdout.hpp"
#include "in_child.hpp"
#include "scripted_console.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// An answer to `watch` with that version of a row.
console_line version(int n) {
  console_line out;
  auto& list = out.answer.emplace().lists.emplace_back();
  list.columns = {"version", "symbol", "price"};
  list.rows = {{std::to_string(n), "AAPL", std::to_string(100 + n)}};
  return out;
}

/// The words of a text with one blank between, and a bar between lines.
std::string words_of(const std::string& text) {
  std::string out;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    out += out.empty() ? "" : " |";
    std::istringstream words{line};
    for (std::string word; words >> word;)
      out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

/// Runs a live line in a process of its own, of a node that answers so.
/// @returns what was printed, and behind it how it ended.
std::string run(const std::string& line, bool json,
                std::function<console_line(const std::string&)> answer) {
  return in_child([&] {
    captured_stdout out;
    scripted_console node{answers(std::move(answer))};
    console_client client;
    if (auto met = client.connect(
          {.host = "127.0.0.1", .port = node.port(), .path = {}});
        !met)
      return met.error().why;
    auto end = live_view{client, json}.run(line);
    auto text = out.text();
    if (!end)
      return text + (end.error().lost ? "lost: " : "failed: ")
             + end.error().why;
    switch (*end) {
    case view_end::seen:
      return text + "seen";
    case view_end::interrupted:
      return text + "interrupted";
    case view_end::stopped:
      return text + "stopped";
    }
    return text;
  });
}

} // namespace

CAF_TEST(two commands are live) {
  for (auto line : {"watch AAPL", "top", "  top --count=3", "watch"})
    CAF_CHECK(live_view::takes(line));
  for (auto line : {"", "status", "topp", "Top", "help watch", "symbols top"})
    CAF_CHECK(!live_view::takes(line));
}

CAF_TEST(each new version is a line) {
  auto printed = run("watch AAPL --count=3", false,
                     [n = 0](const std::string& question) mutable {
                       CAF_CHECK_EQUAL(question, "watch AAPL --count=3");
                       // Each but the first is there twice.
                       return version(1 + ++n / 2);
                     });
  CAF_CHECK_EQUAL(words_of(printed),
                  "skipped version symbol price | 1 AAPL 101 "
                  "| 2 AAPL 102 | 3 AAPL 103 | seen");
}

CAF_TEST(in json a version that was shown is not shown again) {
  auto printed =
    run("watch AAPL --count=2", true,
        [n = 0](const std::string&) mutable { return version(1 + ++n / 3); });
  auto json = [](const std::string& n, const std::string& price) {
    return R"("rows":[[")" + n + R"(","AAPL",")" + price + R"("]])";
  };
  auto first = printed.find(json("1", "101"));
  auto second = printed.find(json("2", "102"));
  CAF_CHECK_NOT_EQUAL(first, std::string::npos);
  CAF_CHECK_NOT_EQUAL(second, std::string::npos);
  CAF_CHECK_EQUAL(printed.find(json("1", "101"), first + 1), std::string::npos);
  CAF_CHECK(printed.ends_with("}\nseen"));
}

CAF_TEST(a count is a number from 1) {
  for (std::string bad : {"0", "-1", "x", "1.5", "", "99999999999999999999"}) {
    auto out = run("top --count=" + bad, false,
                   [](const std::string&) { return note("asked"); });
    CAF_CHECK_EQUAL(out, "failed: --count: '" + bad + "' is no number of them");
  }
}

CAF_TEST(without a terminal top prints what it was told) {
  CAF_CHECK_EQUAL(run("top --count=1", false,
                      [](const std::string&) { return note("busy"); }),
                  "busy\nseen");
  auto json =
    run("top --count=1", true, [](const std::string&) { return note("busy"); });
  CAF_CHECK(json.starts_with("{"));
  CAF_CHECK(json.ends_with("}\nseen"));
}

CAF_TEST(an error of the node ends it) {
  CAF_CHECK_EQUAL(
    run("watch", false, [](const std::string&) { return said_no("no name"); }),
    "failed: no name");
}

CAF_TEST(a signal ends it without an error) {
  auto end_by = [](int number) {
    return run("top", false, [number, n = 0](const std::string&) mutable {
      if (++n == 1)
        ::kill(::getpid(), number);
      return note("busy");
    });
  };
  // Whether the answer was still printed is a matter of who came first.
  CAF_CHECK(end_by(SIGINT).ends_with("interrupted"));
  CAF_CHECK(end_by(SIGTERM).ends_with("stopped"));
  CAF_CHECK(end_by(SIGHUP).ends_with("stopped"));
}
