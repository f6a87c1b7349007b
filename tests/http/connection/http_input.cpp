#define CAF_SUITE http.connection.http_input

#include "livegrid/http/connection/http_input.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using turn = http_input::turn;

struct fixture {
  std::vector<std::string> heads; ///< targets
  std::optional<http_reply> refusal;
  head_taker on_head = [this](http_input& from, const request_head& x) {
    heads.emplace_back(x.target);
    if (!refusal)
      from.set_request({.request = {.method = std::string{x.method}}});
    return refusal;
  };
  std::shared_ptr<byte_budget> budget =
    std::make_shared<byte_budget>(1'000'000);
  http_input input{100, budget, "owner", "peer:1", "peer", on_head};

  static std::string request(const std::string& target,
                             const std::string& fields = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: node\r\n" + fields + "\r\n";
  }

  /// What the parser may have of what is kept.
  std::string given() {
    std::string result(1000, 0);
    result.resize(input.give(result.data(), result.size()));
    return result;
  }

  /// The parser has read the request, which is answered.
  void answer() {
    auto x = input.take_request();
    CAF_REQUIRE(x);
    input.note_answer(5, x->small_answer());
    input.note_sent(5);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(http_input_tests, fixture)

CAF_TEST(the parser gets one request at a time) {
  CAF_CHECK(input.next() == turn::read);
  auto first = request("/a");
  auto second = request("/b");
  CAF_CHECK_EQUAL(input.take(first + second), first.size());
  CAF_CHECK(heads == std::vector<std::string>{"/a"});
  auto x = input.take_request();
  CAF_REQUIRE(x);
  CAF_CHECK(!input.idle());
  CAF_CHECK(input.next() == turn::wait);
  input.note_answer(5, x->small_answer());
  CAF_CHECK(input.next() == turn::give);
  CAF_CHECK_EQUAL(given(), second);
  CAF_CHECK_EQUAL(heads.back(), "/b");
  input.note_sent(5);
  answer();
  CAF_CHECK(input.idle());
  CAF_CHECK(input.next() == turn::read);
}

CAF_TEST(a head that comes in parts is announced when it is whole) {
  auto text = request("/a");
  CAF_CHECK_EQUAL(input.take(text.substr(0, 20)), 0u);
  CAF_CHECK(heads.empty());
  CAF_CHECK(input.next() == turn::read);
  CAF_CHECK_EQUAL(input.take(text.substr(20)), 0u);
  CAF_CHECK(input.next() == turn::give);
  CAF_CHECK_EQUAL(given(), text);
  CAF_CHECK(heads == std::vector<std::string>{"/a"});
}

CAF_TEST(whoever refuses a head ends the connection with that answer) {
  refusal = http_reply{.status = 401};
  CAF_CHECK_EQUAL(input.take(request("/a", "Origin: http://else\r\n")), 0u);
  CAF_CHECK(input.next() == turn::refuse);
  CAF_CHECK_EQUAL(input.take_refusal().status, 401u);
  CAF_CHECK_EQUAL(input.origin().value_or("none"), "http://else");
  CAF_CHECK(!input.fault());
}

CAF_TEST(what is no request is refused with what is wrong) {
  input.take("no HTTP\r\n\r\n");
  CAF_CHECK(input.next() == turn::refuse);
  CAF_REQUIRE(input.fault());
  CAF_CHECK_EQUAL(input.fault()->status, 400u);
}

CAF_TEST(an answer that is due comes before a refusal) {
  auto first = request("/a");
  CAF_CHECK_EQUAL(input.take(first), first.size());
  auto x = input.take_request();
  input.take("no HTTP\r\n\r\n");
  CAF_CHECK(input.next() == turn::wait);
  input.note_answer(1, false);
  input.note_sent(1);
  CAF_CHECK(input.next() == turn::refuse);
}

CAF_TEST(nothing behind an upgrade is for the parser) {
  auto text = request("/a");
  input.take(text);
  auto x = input.take_request();
  input.note_upgrade();
  CAF_CHECK(input.upgrading());
  CAF_CHECK_EQUAL(input.take("frames"), 0u);
  CAF_CHECK(input.next() == turn::wait);
  CAF_CHECK_EQUAL(input.take_rest(), "frames");
}

CAF_TEST(a client that ends is told so when it has its answers) {
  input.take(request("/a"));
  input.note_end();
  auto x = input.take_request();
  CAF_CHECK(input.next() == turn::wait);
  input.note_answer(1, false);
  input.note_sent(1);
  CAF_CHECK(input.next() == turn::end);
}

CAF_TEST(a client without room for what it sends is refused) {
  auto small = std::make_shared<byte_budget>(1000);
  http_input one{100, small, "owner", "peer:1", "peer", on_head};
  one.take(request("/" + std::string(2000, 'a')));
  CAF_CHECK(one.next() == turn::refuse);
  CAF_REQUIRE(one.fault());
  CAF_CHECK(*one.fault() == too_much);
  auto reply = one.take_refusal();
  CAF_CHECK_EQUAL(reply.headers.front().first, "Retry-After");
}

CAF_TEST_FIXTURE_SCOPE_END()
