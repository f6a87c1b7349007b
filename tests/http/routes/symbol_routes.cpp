#define CAF_SUITE http.routes.symbol_routes

#include "livegrid/http/routes/symbol_routes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "livegrid/actors/prices/name_page.hpp"
#include "livegrid/actors/stats/counters.hpp"

#include "reply_header.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// What a directory was asked, and what it answers.
struct directory_script {
  std::vector<name_query> asked;
  caf::expected<name_page_ptr> answer{name_page_ptr{}};
};

directory_actor::behavior_type
scripted_directory(directory_actor::pointer,
                   std::shared_ptr<directory_script> script) {
  return {
    [script](list_atom, const name_query& x) -> caf::result<name_page_ptr> {
      script->asked.emplace_back(x);
      if (script->answer)
        return *script->answer;
      return script->answer.error();
    },
    [](status_atom) { return actor_status{}; },
  };
}

struct fixture : actor_fixture {
  asio::io_context loop;
  std::shared_ptr<directory_script> script =
    std::make_shared<directory_script>();
  symbol_routes routes{{.sys = sys,
                        .directory = own(sys.spawn(scripted_directory, script)),
                        .questions = std::make_shared<question_gate>(loop),
                        .stats = stats,
                        .log = quiet}};
  http_request request;
  std::optional<http_reply> reply;

  fixture() {
    request.method = "GET";
    request.path = "/symbols";
    script->answer = std::make_shared<const name_page>(name_page{
      .options = std::make_shared<const std::string>("[]"), .last = "B&C"});
  }

  /// The directory has more names than it was asked for.
  void let_more_come() {
    auto x = **script->answer;
    x.more = true;
    script->answer = std::make_shared<const name_page>(std::move(x));
  }

  void ask(std::string query) {
    reply.reset();
    request.query = std::move(query);
    routes.get_symbols(
      request, responder{[this](http_reply x) { reply = std::move(x); }});
    consume_messages();
    CAF_REQUIRE(reply);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(symbol_routes_tests, fixture)

CAF_TEST(the directory is asked for what the query says) {
  ask("limit=7&after=A%26B&q=x");
  CAF_CHECK_EQUAL(reply->status, 200);
  CAF_CHECK_EQUAL(reply->content(), "[]");
  CAF_CHECK(reply->headers.empty());
  CAF_REQUIRE_EQUAL(script->asked.size(), 1u);
  const auto& asked = script->asked.front();
  CAF_CHECK_EQUAL(asked.limit, 7u);
  CAF_CHECK_EQUAL(asked.after, "A&B");
  CAF_CHECK_EQUAL(asked.part, "x");
  CAF_CHECK(asked.as_options);
  CAF_CHECK(asked.filter == nullptr);
}

CAF_TEST(a page that is not the last one names the next) {
  let_more_come();
  ask("limit=2&q=a");
  CAF_CHECK_EQUAL(header_of(*reply, "Link"),
                  "<?after=B%26C&limit=2&q=a>; rel=\"next\"");
  CAF_CHECK_EQUAL(header_of(*reply, "warnings"), "none");
  CAF_MESSAGE("whoever has not said how many is told that there are more");
  ask("");
  CAF_CHECK_EQUAL(header_of(*reply, "Link"), "<?after=B%26C>; rel=\"next\"");
  CAF_CHECK_EQUAL(header_of(*reply, "warnings"),
                  "there are more symbols than these 20000: ask with q= or "
                  "after=");
}

CAF_TEST(whoever picks may pick all) {
  constexpr std::string_view all = R"({"label":"All symbols","value":"*"})";
  ask("with=all");
  CAF_CHECK_EQUAL(reply->content(), '[' + std::string{all} + ']');
  CAF_CHECK(reply->headers.empty());
  script->answer = std::make_shared<const name_page>(name_page{
    .options =
      std::make_shared<const std::string>(R"([{"label":"A","value":"A"}])"),
    .last = "A"});
  ask("with=all&q=a");
  CAF_CHECK_EQUAL(reply->content(),
                  '[' + std::string{all} + R"(,{"label":"A","value":"A"}])");
  CAF_MESSAGE("it stands on the first page alone");
  ask("with=all&after=0");
  CAF_CHECK_EQUAL(reply->content(), R"([{"label":"A","value":"A"}])");
}

CAF_TEST(a limit is a number from 1 to 20000) {
  for (auto limit : {"0", "20001", "-1", "1x", "x", "99999999999999999999"}) {
    CAF_MESSAGE(limit);
    ask(std::string{"limit="} + limit);
    CAF_CHECK_EQUAL(reply->status, 422);
  }
  CAF_CHECK_EQUAL(get(stats->of(counters::fault::query)), 6u);
  CAF_CHECK(script->asked.empty());
  for (auto limit : {"", "1", "20000"}) {
    CAF_MESSAGE(limit);
    ask(std::string{"limit="} + limit);
    CAF_CHECK_EQUAL(reply->status, 200);
  }
  ask("q=%");
  CAF_CHECK_EQUAL(reply->status, 400);
}

CAF_TEST(a key is listed its own symbols) {
  auto key = std::make_shared<access_key>();
  key->symbols = std::make_shared<symbol_filter>(std::vector<std::string>{"A"});
  request.who.key = key;
  ask("");
  CAF_CHECK(script->asked.back().filter == key->symbols);
}

CAF_TEST(what has no meaning is told) {
  ask("lim=3");
  CAF_CHECK_EQUAL(reply->status, 200);
  CAF_CHECK(header_of(*reply, "warnings").find("lim") != std::string::npos);
}

CAF_TEST(a directory that fails is an answer) {
  script->answer = make_error(errc::unavailable, "nobody knows");
  ask("");
  CAF_CHECK_EQUAL(reply->status, 503);
}

CAF_TEST(a question costs by the names that it may get) {
  std::vector<route> all;
  add_routes(all, routes);
  const auto& cost = all.front().cost;
  CAF_REQUIRE(cost);
  set(stats->symbols, 3000);
  CAF_CHECK_EQUAL(cost(request), 2u);
  set(stats->names, 100'000);
  CAF_CHECK_EQUAL(cost(request), 11u);
  CAF_MESSAGE("to look for a part takes a look at all");
  request.query = "q=a";
  CAF_CHECK_EQUAL(cost(request), 51u);
}

CAF_TEST_FIXTURE_SCOPE_END()
