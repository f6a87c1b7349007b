#define CAF_SUITE node.console_commands

#include <ctime>
#include <string>

#include "console_program.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

struct fixture : console_fixture {
  void trade(const std::string& symbol, const std::string& more) {
    node.publish(R"({"symbol":")" + symbol + "\"," + more + "}");
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_commands_tests, fixture)

CAF_TEST(status tells of the node and its parts) {
  trade("AAPL", R"("price":150.5)");
  auto x = answer("status");
  CAF_CHECK_EQUAL(fact(x, "node", "symbols"), "5");
  CAF_CHECK_EQUAL(fact(x, "node", "symbols_live"), "1");
  CAF_CHECK_EQUAL(fact(x, "node", "symbols_never"), "4");
  CAF_CHECK_EQUAL(fact(x, "node", "ticks_applied"), "1");
  CAF_CHECK_EQUAL(fact(x, "node", "pid"), std::to_string(node.pid()));
  CAF_CHECK_EQUAL(fact(x, "market", "symbols"), "5");
  CAF_CHECK_EQUAL(fact(x, "fanout", "subscribers"), "0");
  CAF_CHECK_EQUAL(fact(x, "ingress", "batches"), "1");
  CAF_CHECK_EQUAL(cell_of(x, "market.feed", "value"), "none");
}

CAF_TEST(symbols are sorted in four ways) {
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("MSFT")");
  reader.next_text();
  for (int i = 0; i < 20; ++i)
    trade("GOOGL", R"("price":)" + std::to_string(100 + i));
  // Ages are whole milliseconds.
  wait_until("another millisecond", [&] {
    return cell_of(answer("symbols"), "GOOGL", "age") != "0ms";
  });
  trade("TSLA", R"("price":200)");
  auto by = [&](const std::string& key) {
    return first_column(answer("symbols --sort=" + key));
  };
  CAF_CHECK_EQUAL(by("name"), "AAPL,AMZN,GOOGL,MSFT,TSLA");
  CAF_CHECK_EQUAL(by("age"), "GOOGL,TSLA,AAPL,AMZN,MSFT");
  CAF_CHECK_EQUAL(by("subscribers"), "MSFT,AAPL,AMZN,GOOGL,TSLA");
  CAF_CHECK_EQUAL(by("rate").substr(0, 5), "GOOGL");
  CAF_CHECK_EQUAL(first_column(answer("symbols *S*")), "MSFT,TSLA");
  auto x = answer("symbols");
  CAF_CHECK_EQUAL(cell_of(x, "GOOGL", "price"), "119");
  CAF_CHECK_EQUAL(cell_of(x, "GOOGL", "freshness"), "live");
  CAF_CHECK_EQUAL(cell_of(x, "MSFT", "freshness"), "never");
  CAF_CHECK_EQUAL(cell_of(x, "MSFT", "subscribers"), "1");
  CAF_CHECK_EQUAL(cell_of(x, "MSFT", "age"), "-");
  CAF_CHECK_EQUAL(first_column(answer("symbols --sort subscribers *S*")),
                  "MSFT,TSLA");
  CAF_CHECK_EQUAL(first_column(answer("symbols --page 1 --sort  age *S*")),
                  "TSLA,MSFT");
  CAF_CHECK_EQUAL(ask({"symbols --sort"}).exit_code, 1);
  CAF_CHECK_EQUAL(ask({"symbols --sort --page=1"}).exit_code, 1);
  auto wrong = ask({"symbols --sort=price"});
  CAF_CHECK_EQUAL(wrong.exit_code, 1);
  CAF_CHECK(contains(wrong.errors, "'price' is none of"));
}

CAF_TEST(symbol tells all of one and who gets it) {
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("AAPL")");
  reader.next_text();
  trade("AAPL", R"("price":150.5,"seq":9)");
  node.post(R"({"symbol":"AAPL","price":"x"})");
  auto id = only_subscriber();
  auto x = answer("symbol AAPL");
  CAF_CHECK_EQUAL(fact(x, "symbol", "price"), "150.5");
  CAF_CHECK_EQUAL(fact(x, "symbol", "seq"), "9");
  CAF_CHECK_EQUAL(fact(x, "symbol", "applied"), "1");
  CAF_CHECK_EQUAL(fact(x, "market", "feed"), "post");
  CAF_CHECK_EQUAL(fact(x, "market", "freshness"), "live");
  CAF_CHECK_EQUAL(first_column(x), id);
  CAF_CHECK(contains(ask({"symbol NOBODY"}).errors, "has not traded here"));
}

CAF_TEST(a subscriber is shown with where it comes from and what it wants) {
  ws_client reader{node.port(),
                   "/live_grid_ws?cells=changed&interval=5&batch=array",
                   {{"Origin", "https://pro.openbb.co"},
                    {"User-Agent", "tester/1 \xc2\x9b"
                                   "2J"}}};
  reader.subscribe(R"(["AAPL","MSFT"])");
  reader.next_text();
  auto id = only_subscriber();
  auto list = answer("subscribers");
  CAF_CHECK_EQUAL(cell_of(list, id, "symbols"), "2");
  CAF_CHECK(cell_of(list, id, "peer").starts_with("127.0.0.1:"));
  auto x = answer("subscriber " + id);
  CAF_CHECK_EQUAL(fact(x, "subscriber", "peer"), cell_of(list, id, "peer"));
  CAF_CHECK_EQUAL(fact(x, "subscriber", "origin"), "https://pro.openbb.co");
  CAF_CHECK(fact(x, "subscriber", "user_agent").starts_with("tester/1"));
  CAF_CHECK_EQUAL(fact(x, "subscriber", "cells"), "changed");
  CAF_CHECK_EQUAL(fact(x, "subscriber", "interval_ms"), "5");
  CAF_CHECK_EQUAL(fact(x, "subscriber", "batch"), "array");
  CAF_CHECK_EQUAL(fact(x, "fanout", "set"), "AAPL,MSFT");
  // A terminal would take it for the beginning of a command.
  CAF_CHECK(contains(ask({"subscriber " + id}).output, "tester/1 ?2J"));
}

CAF_TEST(why tells the way of a row in order) {
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"(["AAPL","MSFT"])");
  reader.next_text();
  reader.next_text();
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  // A source that is 250 ms away.
  auto ms = std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000 - 250;
  trade("AAPL", R"("price":189.41,"seq":7,"time":)" + std::to_string(ms));
  auto row = reader.next_text();
  auto id = only_subscriber();
  auto x = answer("why " + id + " AAPL");
  auto shown = [&](const char* key) { return fact(x, "shown", key); };
  CAF_CHECK_EQUAL(shown("row"), row);
  CAF_CHECK_EQUAL(shown("tick"), "from post, seq 7");
  CAF_CHECK_EQUAL(fact(x, "viewer", "freshness"), "live");
  CAF_CHECK_EQUAL(shown("merged"), "0 older rows");
  CAF_CHECK_EQUAL(time_of(shown("source")) / 1000, ms % 86'400'000);
  CAF_CHECK(us_between(shown("source"), shown("received")) >= 250'000);
  CAF_CHECK(us_between(shown("received"), shown("applied")) >= 0);
  CAF_CHECK(us_between(shown("applied"), shown("handed_to_kernel")) >= 0);
  CAF_CHECK(us_between(shown("source"), shown("handed_to_kernel"))
            < 60'000'000);
  CAF_CHECK(contains(shown("handed_to_kernel"), " later"));
  CAF_CHECK(contains(fact(x, "viewer", "newest"), "price 189.41"));
  CAF_CHECK_EQUAL(fact(x, "viewer", "socket"), "open");
  CAF_CHECK_EQUAL(x.at("note").text(),
                  "viewer " + id + " has been given the newest row");
  CAF_CHECK(contains(answer("why " + id + " MSFT").at("note").text(),
                     "it has not traded"));
  auto wrong = ask({"why " + id + " TSLA", "why 999999 AAPL", "why x AAPL"});
  CAF_CHECK_EQUAL(wrong.exit_code, 1);
  CAF_CHECK(contains(wrong.errors, "has not asked for TSLA"));
  CAF_CHECK(contains(wrong.errors, "no subscriber 999999"));
  CAF_CHECK(contains(wrong.errors, "'x' is no subscriber's id"));
}

CAF_TEST(ledgers add up) {
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("AAPL")");
  reader.next_text();
  trade("AAPL", R"("price":151)");
  reader.next_text();
  auto id = only_subscriber();
  auto x = answer("ledger");
  CAF_CHECK_EQUAL(fact(x, "ledger", "published"), "2");
  CAF_CHECK_EQUAL(fact(x, "ledger", "delivered"), "2");
  CAF_CHECK_EQUAL(fact(x, "ledger", "adds_up"), "yes");
  CAF_CHECK_EQUAL(cell_of(x, id, "adds up"), "yes");
  CAF_CHECK_EQUAL(x.at("note").text(), "all ledgers add up");
  CAF_CHECK_EQUAL(first_column(answer("ledger " + id)), id);
}

CAF_TEST(a feed that is paused refuses with the reason) {
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("AAPL")");
  reader.next_text();
  trade("AAPL", R"("price":151)");
  reader.next_text();
  CAF_CHECK_EQUAL(cell_of(answer("feeds"), "post", "state"), "up");
  CAF_CHECK_EQUAL(cell_of(answer("feeds"), "post", "ticks"), "1");
  CAF_CHECK_EQUAL(answer("pause post").at("note").text(),
                  "1 viewer and 1 symbol affected; paused post");
  auto response = node.post(R"({"symbol":"AAPL","price":152})");
  CAF_CHECK_EQUAL(response.status, 503);
  CAF_CHECK_EQUAL(response.json().at("detail").text(),
                  "the operator has paused post");
  auto feeds = answer("feeds");
  CAF_CHECK_EQUAL(cell_of(feeds, "post", "state"), "paused");
  CAF_CHECK_EQUAL(cell_of(feeds, "post", "refused"), "1");
  CAF_CHECK_EQUAL(cell_of(answer("symbols"), "AAPL", "freshness"), "down");
  CAF_CHECK(contains(ask({"pause post"}).errors, "is paused already"));
  CAF_CHECK(contains(ask({"pause nobody"}).errors, "no feed 'nobody'"));
  CAF_CHECK(contains(answer("resume post").at("note").text(), "resumed post"));
  CAF_CHECK_EQUAL(node.post(R"({"symbol":"AAPL","price":153})").status, 200);
  CAF_CHECK_EQUAL(reader.next_json().at("price").literal(), "153");
}

CAF_TEST(actors lists every one) {
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("AAPL")");
  reader.next_text();
  only_subscriber();
  for (auto sort : {"mailbox", "rate", "busy"}) {
    auto kinds = first_column(answer(std::string{"actors --sort="} + sort));
    for (auto kind :
         {"market", "ingress", "monitor", "fanout", "symbol", "subscriber"})
      CAF_CHECK(contains(kinds, kind));
  }
}

CAF_TEST(settings are listed with their defaults) {
  auto x = answer("settings");
  CAF_CHECK_EQUAL(cell_of(x, "market.feed", "value"), "none");
  CAF_CHECK_EQUAL(cell_of(x, "market.feed", "default"), "simulator");
}

CAF_TEST(log changes what is logged) {
  ask({"log error"});
  node.post("nonsense");
  CAF_CHECK_EQUAL(answer("log info").at("note").text(), "logging at info");
  ws_client publisher{node.port(), "/ticks"};
  node.wait_for_error_text("publisher_opened");
  CAF_CHECK(!contains(node.standard_error(), "ticks_refused"));
  CAF_CHECK(contains(ask({"log loud"}).errors, "'loud' is none of"));
}

CAF_TEST(close ends a connection with the reason) {
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("AAPL")");
  reader.next_text();
  auto id = only_subscriber();
  auto x = answer("close " + id + " for a test");
  CAF_CHECK(x.at("note").text().starts_with("1 viewer affected; "));
  CAF_CHECK(x.at("note").text().ends_with(": for a test"));
  auto frame = reader.next();
  CAF_REQUIRE(frame);
  CAF_CHECK_EQUAL(frame->close_code(), 1008);
  CAF_CHECK_EQUAL(frame->payload.substr(2), "for a test");
  CAF_CHECK_EQUAL(ask({"close 999999"}).exit_code, 1);
}

CAF_TEST(help tells of one command) {
  CAF_CHECK_EQUAL(first_column(answer("help why")), "why");
  CAF_CHECK_EQUAL(ask({"help nonsense"}).exit_code, 1);
}

CAF_TEST_FIXTURE_SCOPE_END()
