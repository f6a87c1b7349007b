#define CAF_SUITE http.access.client_identity

#include "livegrid/http/access/client_identity.hpp"

#include <string>

#include "callers.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

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
  // With a key they can.
  CAF_CHECK_EQUAL(publisher_of(with_key("a", "127.0.0.1")),
                  publisher_of(with_key("a")));
}

CAF_TEST(the number of a name is the same on all nodes) {
  // The first eight bytes of SHA-256 of the name.
  CAF_CHECK_EQUAL(client_number("abc"), 0xba7816bf8f01cfeau);
  CAF_CHECK_EQUAL(client_number(""), 0xe3b0c44298fc1c14u);
  CAF_CHECK_EQUAL(publisher_of(with_key("a")), client_number("key a"));
  CAF_CHECK_EQUAL(publisher_of(from("192.0.2.1")),
                  client_number("address 192.0.2.1"));
  // However many others have been asked for meanwhile.
  for (int i = 0; i < 3000; ++i)
    client_number("address " + std::to_string(i));
  CAF_CHECK_EQUAL(client_number("abc"), 0xba7816bf8f01cfeau);
}

CAF_TEST(whoever posts without a key has a count of its own) {
  CAF_CHECK_EQUAL(poster_of(with_key("a")), publisher_of(with_key("a")));
  CAF_CHECK_EQUAL(poster_of(from("192.0.2.1")), poster_of(from("192.0.2.1")));
  CAF_CHECK_NOT_EQUAL(poster_of(from("192.0.2.1")),
                      poster_of(from("192.0.2.2")));
  CAF_CHECK_NOT_EQUAL(poster_of(from("192.0.2.1")),
                      publisher_of(from("192.0.2.1")));
  // A host's own publishers have no quota, but a count.
  CAF_CHECK_NOT_EQUAL(poster_of(from("127.0.0.1")), 0u);
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

CAF_TEST(the first seat that is free is taken) {
  publisher_seats seats;
  auto who = from("192.0.2.1");
  publisher_seats::seat taken[4];
  for (auto& x : taken)
    x = seats.take(who);
  auto second = taken[1].seq_of;
  auto third = taken[2].seq_of;
  taken[2] = {};
  taken[1] = {};
  CAF_CHECK_EQUAL((taken[1] = seats.take(who)).seq_of, second);
  CAF_CHECK_EQUAL((taken[2] = seats.take(who)).seq_of, third);
}

CAF_TEST(a seat may outlive who gave it) {
  publisher_seats::seat held;
  {
    publisher_seats seats;
    held = seats.take(from("192.0.2.1"));
  }
  CAF_CHECK_NOT_EQUAL(held.seq_of, 0u);
  held = {};
}
