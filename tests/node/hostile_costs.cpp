#define CAF_SUITE node.hostile_costs

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "key_files.hpp"
#include "metrics_page.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

// Questions that are cheap to ask and dear to answer.

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

/// Makes symbols `S0`, `S1`, ... up to that number.
void make_symbols(node_process& node, int n, const header_list& headers = {}) {
  constexpr int at_once = 5000;
  for (int i = 0; i < n; i += at_once) {
    std::string body = "[";
    for (int k = i; k < std::min(n, i + at_once); ++k)
      body += (k > i ? "," : "") + std::string{R"({"symbol":"S)"}
              + std::to_string(k) + R"(","price":1})";
    auto answer = node.post(body + "]", headers);
    if (answer.status != 200)
      give_up("no symbols: " + answer.body);
  }
}

strings names_of(const http_response& x) {
  strings result;
  for (auto& option : x.json().items())
    result.push_back(option.at("value").text());
  return result;
}

/// Where the next page is; empty if this is the last.
std::string next_page(const http_response& x) {
  auto link = x.header("Link");
  auto end = link.find(">; rel=\"next\"");
  return link.starts_with("<?") && end != link.npos
           ? "/symbols" + link.substr(1, end - 1)
           : "";
}

/// All pages from that one on.
strings all_names(node_process& node, std::string page,
                  const header_list& headers = {}) {
  strings result;
  for (; !page.empty();) {
    auto x = node.get(page, headers);
    CAF_REQUIRE_EQUAL(x.status, 200);
    for (auto& name : names_of(x))
      result.push_back(std::move(name));
    page = next_page(x);
  }
  return result;
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t result = 0;
  for (auto i = text.find(what); i != text.npos; i = text.find(what, i + 1))
    ++result;
  return result;
}

} // namespace

CAF_TEST(names come in pages of a bounded size) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  make_symbols(node, 25'000);
  auto first = node.get("/symbols");
  CAF_CHECK_EQUAL(names_of(first).size(), 20'000u);
  CAF_CHECK(contains(first.header("warnings"), "20000"));
  CAF_CHECK(!next_page(first).empty());
  auto all = all_names(node, "/symbols");
  CAF_CHECK_EQUAL(all.size(), 25'005u);
  CAF_CHECK(std::is_sorted(all.begin(), all.end()));
  CAF_CHECK_EQUAL(std::set<std::string>(all.begin(), all.end()).size(),
                  all.size());
  CAF_CHECK_EQUAL(all_names(node, "/symbols?limit=7000").size(), 25'005u);
  // Who says how many has no need of a warning.
  auto few = node.get("/symbols?limit=2");
  CAF_CHECK_EQUAL(joined(names_of(few)), "AAPL,AMZN");
  CAF_CHECK(!few.has("warnings"));
  CAF_CHECK_EQUAL(joined(names_of(node.get(next_page(few)))), "GOOGL,MSFT");
  CAF_CHECK_EQUAL(joined(names_of(node.get("/symbols?q=s2499"))),
                  "S2499,S24990,S24991,S24992,S24993,S24994,S24995,S24996,"
                  "S24997,S24998,S24999");
  CAF_CHECK_EQUAL(joined(all_names(node, "/symbols?q=s2499&limit=4")),
                  joined(names_of(node.get("/symbols?q=s2499"))));
  // What has ticked is there at once.
  node.publish(R"({"symbol":"A&B","price":1})");
  CAF_CHECK_EQUAL(joined(names_of(node.get("/symbols?limit=1"))), "A&B");
  CAF_CHECK_EQUAL(
    joined(names_of(node.get(next_page(node.get("/symbols?limit=1"))))),
    "AAPL");
}

CAF_TEST(a page that cannot be is refused with the reason) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  for (auto text : {"0", "-1", "20001", "x", "1x", "99999999999999999999"}) {
    CAF_MESSAGE(text);
    auto x = node.get(std::string{"/symbols?limit="} + text);
    CAF_CHECK_EQUAL(x.status, 422);
    CAF_CHECK(contains(x.body, "from 1 to 20000"));
    CAF_CHECK(contains(x.body, R"(["query","limit"])"));
  }
  CAF_CHECK_EQUAL(node.get("/symbols?q=%zz").status, 400);
  CAF_CHECK_EQUAL(node.get("/symbols?q=%00%0d%0a").body, "[]");
}

CAF_TEST(a key with many wildcards sees its own names on every page) {
  key_files keys;
  std::string patterns = "S1?,S7*9";
  for (int i = 0; i < 62; ++i)
    patterns += ",X" + std::to_string(i) + "*y";
  auto all = keys.add("all", "read,publish");
  auto few = keys.add("few", "read", patterns);
  node_process node{keys.settings()};
  make_symbols(node, 1000, with_key(all));
  auto expected = "S10,S11,S12,S13,S14,S15,S16,S17,S18,S19,S709,S719,S729,S739,"
                  "S749,S759,S769,S779,S789,S79,S799";
  CAF_CHECK_EQUAL(joined(names_of(node.get("/symbols", with_key(few)))),
                  expected);
  CAF_CHECK_EQUAL(joined(all_names(node, "/symbols?limit=4", with_key(few))),
                  expected);
  auto rows = node.get("/live_grid_data?symbol=*", with_key(few)).json();
  CAF_CHECK_EQUAL(rows.size(), 21u);
  CAF_CHECK_EQUAL(names_of(node.get("/symbols", with_key(all))).size(), 1005u);
  // A symbol to come is there as well.
  node.post(R"({"symbol":"X3why","price":1})", with_key(all));
  CAF_CHECK(contains(node.get("/symbols", with_key(few)).body, "X3why"));
}

CAF_TEST(a question counts for what it costs) {
  key_files keys;
  auto done =
    keys.run({"add", "poor", "--scopes=read,publish", "--limits=requests:60"});
  auto poor = done.last_line();
  node_process node{keys.settings()};
  make_symbols(node, 5000, with_key(poor));
  auto asked = [&](const std::string& target) {
    int n = 0;
    // Rested before, so that each begins with all of a second.
    wait_until("rest", [&] {
      return node.get("/live_grid_data?symbol=AAPL", with_key(poor)).status
             == 200;
    });
    while (n < 1000 && node.get(target, with_key(poor)).status == 200)
      ++n;
    return n;
  };
  // Each is eleven or more: of a thousand, no machine answers as few as it
  // refills.
  CAF_CHECK_LESS(asked("/live_grid_data?symbol=*"), 1000);
  CAF_CHECK_LESS(asked("/live_grid_data?symbol=+*+"), 1000);
  std::string many = "/live_grid_data?symbol=AAPL&symbol=S0";
  for (int i = 1; i < 999; ++i)
    many += ",S" + std::to_string(i);
  CAF_CHECK_LESS(asked(many), 1000);
  node.wait_for_error_text("requests a second of the key");
}

CAF_TEST(a parameter without a meaning is told to who sends it) {
  temp_file widgets{R"({
    "a": {"name": "A", "description": "a", "type": "live_grid",
          "endpoint": "rows", "params": [
            {"paramName": "symbol", "type": "text"},
            [{"paramName": "desk", "type": "text"}]]},
    "b": {"name": "B", "description": "b", "type": "live_grid",
          "endpoint": "rows", "params": [
            {"paramName": "book", "type": "text"}]}})",
                    ".json"};
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.widgets-file=" + widgets.path()}};
  for (auto target : {"/rows?symbol=AAPL", "/rows?desk=1&book=2", "/rows",
                      "/rows?symbol=AAPL&api_key=x&X-API-KEY=y&token=z",
                      "/rows?theme=dark&raw=true&apikey=1"}) {
    CAF_MESSAGE(target);
    auto x = node.get(target);
    CAF_CHECK_EQUAL(x.status, 200);
    CAF_CHECK(!x.has("warnings"));
  }
  CAF_CHECK_EQUAL(count(node.standard_error(), "unknown_params"), 0u);
  auto x = node.get("/rows?symbls=AAPL");
  CAF_CHECK_EQUAL(x.status, 200);
  CAF_CHECK(contains(x.header("warnings"), "symbls"));
  node.wait_for_error_text("unknown_params");
  CAF_CHECK(contains(node.standard_error(), "path=\"/rows\""));
  // Whatever it is called, it stays within its header.
  x = node.get("/rows?a%0d%0aSet-Cookie:x=1&%c3%a9=2&=3");
  CAF_CHECK_EQUAL(x.status, 200);
  CAF_CHECK(!x.has("Set-Cookie"));
  CAF_CHECK(contains(x.header("warnings"), "a%0D%0ASet-Cookie%3Ax"));
  std::string many = "/rows?";
  for (int i = 0; i < 1000; ++i)
    many += "p" + std::to_string(i) + "=1&";
  x = node.get(many);
  CAF_CHECK_EQUAL(x.status, 200);
  CAF_CHECK(contains(x.header("warnings"), "and more"));
  CAF_CHECK_LESS(x.header("warnings").size(), 300u);
  CAF_CHECK(contains(node.get("/symbols?limt=3").header("warnings"), "limt"));
}

CAF_TEST(many who ask for the metrics at once all get them) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  std::vector<http_client> crowd;
  for (int i = 0; i < 20; ++i) {
    crowd.emplace_back(node.port());
    for (int k = 0; k < 5; ++k)
      crowd.back().send(request_bytes("GET", "/metrics"));
  }
  for (auto& x : crowd)
    for (int k = 0; k < 5; ++k) {
      auto answer = x.read();
      CAF_CHECK_EQUAL(answer.status, 200);
      CAF_CHECK(contains(answer.body, "livegrid_ticks_total"));
    }
  // What has happened before the question is in the answer.
  for (int i = 1; i <= 5; ++i) {
    node.publish(R"({"symbol":"AAPL","size":1})");
    wait_for_metric(
      node, R"(livegrid_ticks_total{feed="post",outcome="applied"})", i);
  }
}

CAF_TEST(a recording without times is no endless work) {
  for (auto text :
       {"symbol,price\nX,10\n", "symbol,ts_ms,price\nX,100,10\nY,100,11\n",
        "{\"symbol\":\"X\",\"price\":10}\n"}) {
    CAF_MESSAGE(text);
    temp_file file{text, ".csv"};
    node_process node{strings{"--market.feed=replay", "--replay.loop",
                              "--replay.file=" + file.path()}};
    node.wait_for_error_text("replay_spans_no_time");
    CAF_CHECK(contains(node.get("/live_grid_data?symbol=X").body, "10"));
    CAF_CHECK_EQUAL(count(node.standard_error(), "replay_spans_no_time"), 1u);
  }
}

CAF_TEST(lines that curl has joined are refused with the cure) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  auto x =
    node.post(R"({"symbol":"AAPL","price":1}{"symbol":"MSFT","price":2})");
  CAF_CHECK_EQUAL(x.status, 400);
  CAF_CHECK(contains(x.body, "--data-binary"));
}
