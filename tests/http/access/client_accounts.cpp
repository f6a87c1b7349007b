#define CAF_SUITE http.access.client_accounts

#include <chrono>
#include <memory>
#include <string>

#include "livegrid/http/access/client_identity.hpp"
#include "livegrid/http/access/viewer_accounts.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

caller from(std::string address) {
  return {.key = nullptr, .address = std::move(address), .limits = {}};
}

caller with_key(std::string name, std::string address = "192.0.2.1") {
  auto key = std::make_shared<access_key>();
  key->name = std::move(name);
  return {.key = std::move(key), .address = std::move(address), .limits = {}};
}

} // namespace

CAF_TEST(a client is its key or else its address) {
  CAF_CHECK_EQUAL(client_name(with_key("a")), "key a");
  CAF_CHECK_EQUAL(client_name(from("192.0.2.1")), "address 192.0.2.1");
  CAF_CHECK_EQUAL(client_name(from("2001:db8::1:2")), "address 2001:db8::");
  CAF_CHECK_EQUAL(publisher_of(with_key("a")),
                  publisher_of(with_key("a", "192.0.2.2")));
  CAF_CHECK_NOT_EQUAL(publisher_of(with_key("a")), publisher_of(with_key("b")));
  CAF_CHECK_NOT_EQUAL(publisher_of(from("192.0.2.1")), 0u);
  // Those of this host cannot be told apart.
  for (auto local : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"})
    CAF_CHECK_EQUAL(publisher_of(from(local)), 0u);
}

CAF_TEST(
  publishers without keys have counts of their own while they are there) {
  publisher_seats seats;
  auto who = from("192.0.2.1");
  auto first = seats.take(who);
  auto second = seats.take(who);
  auto other = seats.take(from("192.0.2.2"));
  CAF_CHECK_NOT_EQUAL(first.seq_of, second.seq_of);
  CAF_CHECK_NOT_EQUAL(first.seq_of, other.seq_of);
  CAF_CHECK_NOT_EQUAL(first.seq_of, poster_of(who));
  // Who comes back has the count that he had.
  auto number = first.seq_of;
  first = {};
  CAF_CHECK_EQUAL(seats.take(who).seq_of, number);
  // A key is one publisher, however it comes.
  auto keyed = with_key("a");
  CAF_CHECK_EQUAL(seats.take(keyed).seq_of, seats.take(keyed).seq_of);
  CAF_CHECK_EQUAL(seats.take(keyed).seq_of, poster_of(keyed));
}

CAF_TEST(an account is kept while it owes something) {
  viewer_accounts accounts;
  viewer_account::time_point t{1h};
  auto owes = accounts.of(with_key("a"), t);
  CAF_CHECK(accounts.of(with_key("a", "192.0.2.7"), t) == owes);
  CAF_CHECK(accounts.of(from("192.0.2.1"), t) != owes);
  owes->charge(2 * viewer_account::changes_at_once, t);
  auto* known = owes.get();
  owes.reset();
  auto pass_by = [&](viewer_account::time_point when) {
    for (int i = 0; i < 1000; ++i)
      accounts.of(
        from("10.0." + std::to_string(i % 10) + '.' + std::to_string(i / 10)),
        when);
  };
  pass_by(t);
  CAF_CHECK(accounts.of(with_key("a"), t).get() == known);
  CAF_CHECK_LESS(accounts.size(), 200u);
  CAF_CHECK(accounts.of(with_key("a"), t)->free_at(t) > t + 900ms);
  CAF_CHECK(accounts.of(with_key("a"), t)->free_at(t + 2s) == t + 2s);
}
