#define CAF_SUITE actors.members.peer_word

#include "livegrid/actors/members/peer_word.hpp"

#include <initializer_list>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

symbol_name name_of(std::string_view x) {
  return *symbol_name::parse(x);
}

wish_digest digest_of(std::initializer_list<std::string_view> names) {
  wish_digest result;
  for (auto x : names)
    result.add(name_of(x));
  return result;
}

CAF_TEST(the order of names does not count) {
  CAF_CHECK(digest_of({"AAPL", "MSFT", "BRK.B"})
            == digest_of({"BRK.B", "AAPL", "MSFT"}));
}

CAF_TEST(other names are another digest) {
  auto x = digest_of({"AAPL", "MSFT"});
  CAF_CHECK(x != wish_digest{});
  CAF_CHECK(x != digest_of({"AAPL"}));
  CAF_CHECK(x != digest_of({"AAPL", "MSFU"}));
  CAF_CHECK(x != digest_of({"AAPL", "MSFT", "A"}));
}

CAF_TEST(a name that comes and goes leaves nothing) {
  auto x = digest_of({"AAPL", "MSFT"});
  x.add(name_of("BRK.B"));
  x.remove(name_of("AAPL"));
  CAF_CHECK(x == digest_of({"MSFT", "BRK.B"}));
  x.remove(name_of("BRK.B"));
  x.remove(name_of("MSFT"));
  CAF_CHECK(x == wish_digest{});
}

// Nodes of two builds that work side by side must agree: this stays.
CAF_TEST(a digest is what it always was) {
  auto x = digest_of({"AAPL", "MSFT"});
  CAF_CHECK_EQUAL(x.names, 2u);
  CAF_CHECK_EQUAL(x.sum, 0x39d08e127073d44a);
}

} // namespace
