#define CAF_SUITE http.operator.console_proof

#include "livegrid/http/operator/console_proof.hpp"

#include <set>

#include "livegrid/http/system/secret.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

const auto hash = sha256("the secret");

struct pair_of_lines {
  line_seal mine = console_proof{hash, "boss", "a", "b"}.questions();
  line_seal theirs = console_proof{hash, "boss", "a", "b"}.questions();
};

} // namespace

CAF_TEST(both sides come to the same proofs) {
  console_proof mine{hash, "boss", "a", "b"};
  console_proof theirs{hash, "boss", "a", "b"};
  CAF_CHECK(same_proof(mine.of_operator(), theirs.of_operator()));
  CAF_CHECK(same_proof(mine.of_node(), theirs.of_node()));
}

CAF_TEST(a proof is good for one connection and one key and one side) {
  std::set<std::string> all;
  for (const auto& key : {hash, sha256("another")})
    for (auto name : {"boss", "clerk"})
      for (auto node : {"a", "c"})
        for (auto operators : {"b", "d"}) {
          console_proof x{key, name, node, operators};
          all.insert(x.of_operator());
          all.insert(x.of_node());
        }
  CAF_CHECK_EQUAL(all.size(), 32u);
  CAF_CHECK(!same_proof(*all.begin(), *all.rbegin()));
  CAF_CHECK(!same_proof("", ""));
  CAF_CHECK(!same_proof("zz", "zz"));
}

CAF_TEST(nonces differ and look like nonces) {
  auto x = make_nonce();
  CAF_CHECK(is_nonce(x));
  CAF_CHECK_NOT_EQUAL(x, make_nonce());
  CAF_CHECK(!is_nonce(""));
  CAF_CHECK(!is_nonce(x + "0"));
}

CAF_TEST(a sealed line is opened once and in order) {
  pair_of_lines x;
  auto first = x.mine.seal("one");
  auto second = x.mine.seal("two");
  CAF_CHECK(!x.theirs.open(second));
  CAF_CHECK(x.theirs.open(first) == std::string{"one"});
  CAF_CHECK(!x.theirs.open(first));
  CAF_CHECK(x.theirs.open(second) == std::string{"two"});
}

CAF_TEST(a line that was changed is not opened) {
  pair_of_lines x;
  auto line = x.mine.seal("close 7");
  auto other = line;
  other.back() = '8';
  CAF_CHECK(!x.theirs.open(other));
  CAF_CHECK(!x.theirs.open("close 7"));
  CAF_CHECK(!x.theirs.open(""));
  CAF_CHECK(!x.theirs.open(line.substr(0, 65)));
  CAF_CHECK(x.theirs.open(line) == std::string{"close 7"});
}

CAF_TEST(a question is no answer) {
  console_proof proof{hash, "boss", "a", "b"};
  auto questions = proof.questions();
  CAF_CHECK(!proof.answers().open(questions.seal("x")));
}
