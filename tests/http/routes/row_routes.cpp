#define CAF_SUITE http.routes.row_routes

#include "livegrid/http/routes/row_routes.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "livegrid/actors/market/directory.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/runtime/spawn.hpp"
#include "livegrid/http/access/access_guard.hpp"

#include "reply_header.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// The built-in widget, of a market with three symbols.
struct fixture : actor_fixture {
  asio::io_context loop;
  access_guard guard{loop, settings{}, stats, quiet};
  widget_set widgets = *load_widgets("");
  const widget& grid = widgets.widgets.front();
  market_actor market_of_three = own(sys.spawn(
    market, market_of({trade("A", 1), trade("B", 2), trade("C", 3)}, 100)));
  std::shared_ptr<question_gate> questions =
    std::make_shared<question_gate>(loop, 1);
  row_handles handles{
    .market = market_of_three,
    .grid = {},
    .directory = own(spawn_on(
      sys, nullptr, directory,
      directory_config{.market = market_of_three, .grid = {}, .stats = stats})),
    .widgets = widgets,
    .questions = questions,
    .max_message = 512,
    .max_rows = 2000,
    .subscribers = {.sys = sys,
                    .loop = *sys.dummy_execution_unit(),
                    .guard = guard,
                    .fanout = {},
                    .stats = stats,
                    .probe_stats = stats,
                    .log = quiet}};
  row_routes routes{handles};
  http_request request;

  /// What answers.
  std::function<void(const http_request&, const responder&)> answers =
    [this](const http_request& x, const responder& to) {
      routes.get_rows(grid, x, to);
    };

  std::optional<http_reply> reply;

  fixture() {
    request.method = "GET";
    request.path = grid.endpoint_path;
    consume_messages();
  }

  /// Lets the caller have a key for these symbols.
  void entitle(std::vector<std::string> patterns) {
    auto key = std::make_shared<access_key>();
    key->name = "viewer";
    key->grant(scope::read);
    key->symbols = std::make_shared<symbol_filter>(std::move(patterns));
    request.who.key = std::move(key);
  }

  void ask(std::string query) {
    reply.reset();
    request.query = std::move(query);
    answers(request, responder{[this](http_reply x) { reply = std::move(x); }});
    turn();
  }

  /// Runs whatever is ready.
  void turn() {
    consume_messages();
    loop.restart();
    loop.poll();
    consume_messages();
  }

  /// The symbols of the rows that are answered.
  std::string symbols(std::string query) {
    ask(std::move(query));
    CAF_REQUIRE(reply);
    CAF_CHECK_EQUAL(reply->status, 200);
    std::string result;
    constexpr std::string_view mark = "\"symbol\":\"";
    for (auto i = reply->body.find(mark); i != reply->body.npos;
         i = reply->body.find(mark, i + 1)) {
      auto begin = i + mark.size();
      result += reply->body.substr(begin, reply->body.find('"', begin) - begin);
    }
    return result;
  }

  void check_refused(std::string query, int status, std::string_view why) {
    ask(std::move(query));
    CAF_REQUIRE(reply);
    CAF_CHECK_EQUAL(reply->status, status);
    CAF_MESSAGE(reply->body);
    CAF_CHECK(reply->body.find(why) != std::string::npos);
  }

  std::uint64_t faults(counters::fault x) {
    return get(stats->of(x));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(row_routes_tests, fixture)

CAF_TEST(rows come in the order in which they are asked for) {
  CAF_CHECK_EQUAL(symbols("symbol=C,A"), "CA");
  CAF_CHECK_EQUAL(symbols("symbol=B"), "B");
  CAF_CHECK_EQUAL(header_of(*reply, "warnings"), "none");
}

CAF_TEST(a parameter that is there twice is one list and symbols wins) {
  CAF_CHECK_EQUAL(symbols("symbol=C&symbol=A"), "CA");
  CAF_CHECK_EQUAL(symbols("symbols=B%2CC"), "BC");
  CAF_CHECK_EQUAL(symbols("symbol=A&symbols=C&symbols=B"), "CB");
  CAF_CHECK_EQUAL(header_of(*reply, "warnings"), "none");
}

CAF_TEST(names with blanks are found) {
  CAF_CHECK_EQUAL(symbols("symbol=NIFTY%2050,AAPL++240119C00150000"),
                  "NIFTY 50AAPL  240119C00150000");
  CAF_CHECK_EQUAL(symbols("symbol=%C3%85LB"), "\xc3\x85LB");
}

CAF_TEST(without names no row comes where the widget has a param for them) {
  for (auto query : {"", "symbol=", "symbols=", "theme=dark"}) {
    CAF_CHECK_EQUAL(symbols(query), "");
    CAF_CHECK_EQUAL(reply->body, "[]");
    CAF_CHECK_EQUAL(header_of(*reply, "X-Total-Rows"), "none");
  }
  CAF_CHECK_EQUAL(symbols("symbol=*"), "ABC");
}

CAF_TEST(without names all rows come where the widget has no param) {
  auto free = grid;
  free.asked = {.declared = false};
  answers = [&](const http_request& x, const responder& to) {
    routes.get_rows(free, x, to);
  };
  CAF_CHECK_EQUAL(symbols(""), "ABC");
  CAF_CHECK_EQUAL(symbols("symbol=C"), "C");
  CAF_CHECK_EQUAL(symbols("symbol="), "");
}

CAF_TEST(a widget is asked by the param that it has for symbols) {
  auto funds = grid;
  funds.asked.names.emplace(funds.asked.names.begin(), "fund");
  answers = [&](const http_request& x, const responder& to) {
    routes.get_rows(funds, x, to);
  };
  CAF_CHECK_EQUAL(symbols("fund=B,A"), "BA");
  CAF_CHECK_EQUAL(header_of(*reply, "warnings"), "none");
  CAF_CHECK_EQUAL(symbols("fund="), "");
  CAF_CHECK_EQUAL(symbols("fund=*"), "ABC");
}

CAF_TEST(whoever asks for all is told how many there are) {
  CAF_CHECK_EQUAL(symbols("symbol=*"), "ABC");
  CAF_CHECK_EQUAL(header_of(*reply, "X-Total-Rows"), "3");
  handles.max_rows = 2;
  row_routes few{handles};
  answers = [&](const http_request& x, const responder& to) {
    few.get_rows(grid, x, to);
  };
  CAF_CHECK_EQUAL(symbols("symbol=*"), "AB");
  CAF_CHECK_EQUAL(header_of(*reply, "X-Total-Rows"), "3");
  CAF_CHECK_EQUAL(symbols("symbol=A,B,C"), "ABC");
  CAF_CHECK_EQUAL(header_of(*reply, "X-Total-Rows"), "none");
  CAF_MESSAGE("those that one may not see do not count");
  entitle({"A", "C"});
  CAF_CHECK_EQUAL(symbols("symbol=*"), "AC");
  CAF_CHECK_EQUAL(header_of(*reply, "X-Total-Rows"), "2");
}

CAF_TEST(what cannot be asked is refused and counted) {
  check_refused("symbol=%", 400, "a broken escape");
  check_refused("symbol=A%3FB", 422, "'A?B' is no symbol name");
  check_refused("symbol=A&symbol=A*", 422, "'A*' is no symbol name");
  std::string many = "symbol=";
  for (int i = 0; i < 1000; ++i)
    many += "S" + std::to_string(i) + ',';
  many += "S1000";
  check_refused(many, 422, "at most 1000 symbols at once");
  CAF_CHECK_EQUAL(faults(counters::fault::query), 4u);
}

CAF_TEST(a key sees the symbols that it names and no others) {
  entitle({"A", "C"});
  CAF_CHECK_EQUAL(symbols("symbol=*"), "AC");
  CAF_CHECK_EQUAL(symbols("symbol=A,B"), "A");
  CAF_CHECK_EQUAL(header_of(*reply, "warnings"), "this API key may not see B");
  check_refused("symbol=B", 403, "this API key may not see B");
  CAF_CHECK_EQUAL(faults(counters::fault::access), 1u);
}

CAF_TEST(parameters without a meaning are told and ignored) {
  CAF_CHECK_EQUAL(symbols("symbol=A&simbol=B"), "A");
  CAF_CHECK(header_of(*reply, "warnings").find("simbol") != std::string::npos);
}

CAF_TEST(the source comes where it is asked for) {
  CAF_CHECK_EQUAL(symbols("symbol=A"), "A");
  CAF_CHECK(reply->body.find("\"source\":") == std::string::npos);
  CAF_CHECK_EQUAL(symbols("symbol=A&with=source"), "A");
  CAF_CHECK(reply->body.find("\"source\":") != std::string::npos);
  CAF_CHECK_EQUAL(header_of(*reply, "warnings"), "none");
}

CAF_TEST(questions for many rows take turns) {
  std::vector<question_gate::ticket> first;
  questions->enter("another", [&](question_gate::ticket x) {
    first.emplace_back(std::move(x));
  });
  ask("symbol=*");
  CAF_CHECK(!reply);
  CAF_MESSAGE("one for few rows has no need to");
  CAF_CHECK_EQUAL(symbols("symbol=A"), "A");
  reply.reset();
  first.clear();
  turn();
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 200);
}

CAF_TEST(a question costs by the rows that it may get) {
  std::vector<route> all;
  routes.add_to(all);
  const auto* found = find_route(all, grid.endpoint_path);
  CAF_REQUIRE(found != nullptr && found->cost);
  set(stats->symbols, 250);
  CAF_MESSAGE("nobody counts");
  CAF_CHECK_EQUAL(found->cost(request), 1u);
  request.who.limits.requests = 10;
  CAF_CHECK_EQUAL(found->cost(request), 1u);
  request.query = "symbol=*";
  CAF_CHECK_EQUAL(found->cost(request), 3u);
  request.query = "symbol=A,B";
  CAF_CHECK_EQUAL(found->cost(request), 1u);
  request.query = "symbol=*";
  set(stats->symbols, 1'000'000);
  CAF_CHECK_EQUAL(found->cost(request), 21u);
}

CAF_TEST(an upgrade is for a subscriber or is refused by its options) {
  request.query = "cells=changed";
  auto upgraded = routes.upgrade_rows(grid, request);
  auto* target = std::get_if<ws_route_target>(&upgraded);
  CAF_REQUIRE(target != nullptr);
  CAF_CHECK_EQUAL(target->max_message, 512u);
  CAF_CHECK(target->endpoint->kind() == counters::endpoint::subscriber);
  request.who.is_probe = true;
  upgraded = routes.upgrade_rows(grid, request);
  CAF_CHECK(std::get<ws_route_target>(upgraded).endpoint->kind()
            == counters::endpoint::probe);
  request.query = "cells=some";
  upgraded = routes.upgrade_rows(grid, request);
  auto* refused = std::get_if<http_reply>(&upgraded);
  CAF_REQUIRE(refused != nullptr);
  CAF_CHECK_EQUAL(refused->status, 400);
  CAF_CHECK_EQUAL(faults(counters::fault::query), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
