#define CAF_SUITE http.widgets.widget_doubts

#include "livegrid/http/widgets/widget_doubts.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/document.h>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using strings = std::vector<std::string>;

/// The doubts of a definition, each with its path in front.
strings doubts(const std::string& json) {
  rapidjson::Document doc;
  doc.Parse(json.data(), json.size());
  if (doc.HasParseError())
    CAF_FAIL("the test's own JSON is bad: " << json);
  strings out;
  for (auto& x : doubts_of_use(doc))
    out.push_back(x.path + ": " + x.reason);
  return out;
}

constexpr std::string_view row_id = R"("data":{"wsRowIdColumn":"symbol"},)";
constexpr std::string_view symbol =
  R"("params":[{"paramName":"symbol","value":"A"}],)";

/// A live_grid whose wsEndpoint has that query, and of which nothing else can
/// be doubted.
strings of_query(const std::string& query) {
  return doubts(R"({"type":"live_grid",)" + std::string{row_id}
                + std::string{symbol} + R"("wsEndpoint":"ws)" + query + "\"}");
}

/// A live_grid with these members besides its wsEndpoint.
strings of_live(std::string_view members) {
  return doubts(R"({"type":"live_grid",)" + std::string{members}
                + R"("wsEndpoint":"ws"})");
}

/// A table with that param alone.
strings of_param(const std::string& param) {
  return doubts(R"({"type":"table","params":[{"paramName":"p",)" + param
                + "}]}");
}

/// Whether there is one doubt, at that path and with these words.
void check_one(const strings& all, std::string_view path,
               std::string_view words) {
  CAF_CHECK_EQUAL(all.size(), 1u);
  for (auto& x : all) {
    CAF_CHECK_EQUAL(x.substr(0, x.find(": ")), path);
    CAF_CHECK_NOT_EQUAL(x.find(words), std::string::npos);
  }
}

} // namespace

CAF_TEST(a grid that is not live is not doubted) {
  CAF_CHECK_EQUAL(doubts(R"({"type":"live_grid"})"), strings{});
  CAF_CHECK_EQUAL(doubts(R"({"type":"live_grid","wsEndpoint":""})"), strings{});
  CAF_CHECK_EQUAL(doubts(R"({"type":"table","wsEndpoint":"ws?x=1"})"),
                  strings{});
}

CAF_TEST(a live grid without a row id is a tape) {
  const std::string_view tape = "Workspace puts each update below the last";
  const auto asks = std::string{symbol};
  for (std::string data :
       {"", R"("data":{},)", R"("data":{"wsRowIdColumn":""},)",
        R"("data":{"wsRowIdColumn":null},)", R"("data":{"wsRowIdColumns":[]},)",
        // The plural counts wherever it is there.
        R"("data":{"wsRowIdColumns":[],"wsRowIdColumn":"a"},)"}) {
    CAF_MESSAGE(data);
    check_one(of_live(asks + data), ".data", tape);
  }
  for (std::string data :
       {R"("data":{"wsRowIdColumn":"a"},)", R"("data":{"wsRowIdColumns":"a"},)",
        R"("data":{"wsRowIdColumns":["a","b"],"wsRowIdColumn":""},)"}) {
    CAF_MESSAGE(data);
    CAF_CHECK_EQUAL(of_live(asks + data), strings{});
  }
}

CAF_TEST(options of the socket that nobody reads are named) {
  for (auto query : {"", "?", "?interval=5&batch=array&token=t", "?api_key=k",
                     "?X-API-KEY=k", "?cells=all", "?cells=%"}) {
    CAF_MESSAGE(query);
    CAF_CHECK_EQUAL(of_query(query), strings{});
  }
  check_one(of_query("?cells=changed"), ".wsEndpoint",
            "Workspace loses cells of the first");
  check_one(of_query("?symbol=A"), ".wsEndpoint",
            R"(nobody reads the option "symbol": there are cells, interval)");
  check_one(of_query("?Cells=all"), ".wsEndpoint", R"("Cells")");
  check_one(of_query("?%63ells=changed"), ".wsEndpoint", "cells=changed");
  CAF_CHECK_EQUAL(of_query("?a=1&b=2&cells=changed").size(), 3u);
}

CAF_TEST(a live grid asks for symbols from the first) {
  const auto id = std::string{row_id};
  // Without a param it shows all.
  CAF_CHECK_EQUAL(of_live(id), strings{});
  check_one(of_live(id + R"("params":[{"paramName":"Symbol","value":"A"}],)"),
            ".params", R"(write "wsSymbolParam": "Symbol" into "data")");
  check_one(of_live(id + R"("params":[{"paramName":"symbol"}],)"), ".params",
            R"("symbol" has no value at first)");
  for (std::string value : {R"("*")", R"(["A"])", "5", "false"}) {
    CAF_MESSAGE(value);
    CAF_CHECK_EQUAL(of_live(id + R"("params":[{"paramName":"symbol","value":)"
                            + value + "}],"),
                    strings{});
  }
}

CAF_TEST(options are served at one path) {
  const auto where = ".params[0].optionsEndpoint";
  const std::string endpoint = R"("type":"endpoint","optionsEndpoint":)";
  for (std::string path : {"\"symbols\"", "\"/symbols\"", "\"/symbols/?a=b\"",
                           "\"https://a/x\"", "\"\""}) {
    CAF_MESSAGE(path);
    CAF_CHECK_EQUAL(of_param(endpoint + path), strings{});
  }
  check_one(of_param(endpoint + "\"/options\""), where,
            "no options are served at /options: write");
  check_one(of_param(endpoint + "\"symbols/x\""), where,
            "no options are served at /symbols/x: write");
  // Workspace takes a param without a type for a text.
  for (std::string type : {R"("type":"text",)", ""}) {
    CAF_MESSAGE(type);
    check_one(of_param(type + R"("optionsEndpoint":"symbols")"), where,
              "write \"type\": \"endpoint\"");
  }
  CAF_CHECK_EQUAL(of_param(R"("optionsEndpoint":"options")").size(), 2u);
}

CAF_TEST(params in rows are found as well) {
  auto all = doubts(R"({"type":"table","params":[[{"paramName":"a"}],)"
                    R"([{"paramName":"b"},{"paramName":"c","type":"endpoint",)"
                    R"("optionsEndpoint":"x"}]]})");
  check_one(all, ".params[1][1].optionsEndpoint", "served at /x");
}
