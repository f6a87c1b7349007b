#define CAF_SUITE actors.members.member

#include "livegrid/actors/members/member.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "wire.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using livegrid::test::load;
using livegrid::test::save;

namespace {

member member_of(std::string name) {
  return {.name = std::move(name),
          .instance = "0123456789abcdef0123456789abcdef",
          .address = "10.0.0.1",
          .port = 7781,
          .protocol = 1};
}

cluster_view view_of(const std::vector<std::string>& names) {
  cluster_view result{7, {}};
  for (const auto& x : names)
    result.members.emplace_back(member_of(x));
  return result;
}

cluster_view sixteen() {
  std::vector<std::string> names;
  for (char c = 'a'; c < 'a' + 16; ++c)
    names.emplace_back(std::string{"node-"} + c);
  return view_of(names);
}

std::vector<symbol_name> many_symbols() {
  std::vector<symbol_name> result;
  for (int i = 0; i < 100'000; ++i)
    result.emplace_back(*symbol_name::parse("S" + std::to_string(i)));
  return result;
}

std::string owner_name(const symbol_name& symbol, const cluster_view& view) {
  auto i = owner_of(symbol, view);
  return i ? view.members.at(*i).name : "nobody";
}

std::string owner_name(const char* symbol, const cluster_view& view) {
  return owner_name(*symbol_name::parse(symbol), view);
}

CAF_TEST(members are of the parts allowed) {
  CAF_CHECK(member_of("a").valid());
  CAF_CHECK(member_of(std::string(64, 'a')).valid());
  CAF_CHECK(member_of("Node-1.b_c").valid());
  for (std::string name : {"", "a b", "a/b", "a\n", "\xc3\xa4"}) {
    CAF_MESSAGE(name);
    CAF_CHECK(!member_of(name).valid());
  }
  CAF_CHECK(!member_of(std::string(65, 'a')).valid());
  CAF_CHECK(!member_of(std::string("a\0", 2)).valid());
  auto with = [](auto change) {
    auto result = member_of("a");
    change(result);
    return result;
  };
  for (auto good : {"::1", "fe80::1%eth0", "node.example.org", "1.2.3.4"}) {
    CAF_MESSAGE(good);
    CAF_CHECK(with([&](member& x) { x.address = good; }).valid());
  }
  for (std::string bad : {"", "a b", "a/b", "\"", "a\n"}) {
    CAF_MESSAGE(bad);
    CAF_CHECK(!with([&](member& x) { x.address = bad; }).valid());
  }
  for (std::string bad : {"", "0123456789abcdef0123456789abcde",
                          "0123456789ABCDEF0123456789ABCDEF",
                          "0123456789abcdef0123456789abcdef0"}) {
    CAF_MESSAGE(bad);
    CAF_CHECK(!with([&](member& x) { x.instance = bad; }).valid());
  }
  CAF_CHECK(!with([](member& x) { x.port = 0; }).valid());
}

CAF_TEST(views are sorted and name each member once) {
  CAF_CHECK(view_of({}).valid());
  CAF_CHECK(view_of({"a", "b", "c"}).valid());
  CAF_CHECK(!view_of({"b", "a"}).valid());
  CAF_CHECK(!view_of({"a", "a"}).valid());
  CAF_CHECK(!view_of({"a", "b c"}).valid());
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= max_members; ++i)
    names.emplace_back("n" + std::to_string(1000 + i));
  CAF_CHECK(!view_of(names).valid());
  names.pop_back();
  CAF_CHECK(view_of(names).valid());
}

CAF_TEST(views cross nodes and others do not ) {
  auto sent = view_of({"a", "b"});
  sent.epoch = ~std::uint64_t{0};
  sent.members[1].owns_symbols = false;
  sent.members[0].serves_http = false;
  sent.members[1].protocol = 9;
  cluster_view x;
  auto bytes = save(sent);
  CAF_CHECK_EQUAL(load(bytes, x), caf::none);
  CAF_CHECK(x == sent);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CAF_CHECK(load({bytes.data(), bytes.data() + size}, x));
  member y;
  CAF_CHECK_EQUAL(load(save(member_of("a")), y), caf::none);
  CAF_CHECK(y == member_of("a"));
  CAF_CHECK_EQUAL(load(save(member_of("a b")), y), caf::sec::invalid_argument);
  CAF_CHECK_EQUAL(load(save(view_of({"b", "a"})), x),
                  caf::sec::invalid_argument);
  CAF_CHECK(x.members.empty());
}

CAF_TEST(nobody owns a symbol where nobody owns symbols) {
  CAF_CHECK_EQUAL(owner_name("AAPL", {}), "nobody");
  auto view = view_of({"a", "b"});
  for (auto& x : view.members)
    x.owns_symbols = false;
  CAF_CHECK_EQUAL(owner_name("AAPL", view), "nobody");
  view.members[1].owns_symbols = true;
  CAF_CHECK_EQUAL(owner_name("AAPL", view), "b");
}

CAF_TEST(members own about the same number of symbols) {
  auto view = sixteen();
  std::vector<std::size_t> owned(view.members.size());
  for (const auto& symbol : many_symbols())
    ++owned.at(owner_of(symbol, view).value());
  for (auto n : owned) {
    CAF_CHECK_GREATER(n, 5625u);
    CAF_CHECK_LESS(n, 6875u);
  }
}

CAF_TEST(who comes or goes moves only what is theirs) {
  auto all = sixteen();
  auto symbols = many_symbols();
  for (std::size_t who : {0u, 7u, 15u}) {
    auto name = all.members[who].name;
    CAF_MESSAGE(name);
    auto fewer = all;
    fewer.members.erase(fewer.members.begin() + static_cast<int>(who));
    std::size_t moved = 0;
    auto exact = true;
    for (const auto& symbol : symbols) {
      auto with = owner_name(symbol, all);
      auto without = owner_name(symbol, fewer);
      moved += with != without;
      exact = exact && (with != without) == (with == name);
    }
    CAF_CHECK(exact);
    CAF_CHECK_GREATER(moved, 5625u);
    CAF_CHECK_LESS(moved, 6875u);
  }
}

CAF_TEST(names alone decide) {
  auto view = sixteen();
  auto other = view;
  std::reverse(other.members.begin(), other.members.end());
  std::swap(other.members[3], other.members[9]);
  other.epoch = 99;
  for (auto& x : other.members) {
    x.instance = std::string(32, 'f');
    x.address = "example.org";
    x.port = 1;
    x.serves_http = false;
    x.protocol = 5;
  }
  auto same = true;
  for (const auto& symbol : many_symbols())
    same = same && owner_name(symbol, view) == owner_name(symbol, other);
  CAF_CHECK(same);
}

// Nodes of two builds that work side by side must agree: these stay.
CAF_TEST(owners are what they always were) {
  auto view = view_of({"a", "b", "c", "d"});
  CAF_CHECK_EQUAL(owner_name("AAPL", view), "c");
  CAF_CHECK_EQUAL(owner_name("MSFT", view), "a");
  CAF_CHECK_EQUAL(owner_name("GOOGL", view), "c");
  CAF_CHECK_EQUAL(owner_name("AMZN", view), "c");
  CAF_CHECK_EQUAL(owner_name("TSLA", view), "c");
  CAF_CHECK_EQUAL(owner_name("BTC-USD", view), "a");
  CAF_CHECK_EQUAL(owner_name("BRK.B", view), "a");
  CAF_CHECK_EQUAL(owner_name("^GSPC", view), "b");
}

CAF_TEST(hashes are what they always were) {
  CAF_CHECK_EQUAL(agreed_hash(""), 0xefd01f60ba992926);
  CAF_CHECK_EQUAL(agreed_hash("AAPL"), 0x59abe90c82fc3687);
  CAF_CHECK_EQUAL(agreed_hash("BRK.B"), 0x6f7ae374c22b4ec5);
  CAF_CHECK_EQUAL(agreed_hash("^GSPC"), 0xa91ed8116a7da74a);
  auto view = view_of({"a", "b"});
  view.members[1].owns_symbols = false;
  view.members[1].pinned = {*symbol_name::parse("AAPL"),
                            *symbol_name::parse("MSFT")};
  CAF_CHECK_EQUAL(hash_of_members(view), 0xe7dc8ae67d9c61ff);
  CAF_CHECK_EQUAL(hash_of_members({}), 0u);
}

CAF_TEST(members that may own something else have another hash) {
  auto view = view_of({"a", "b", "c"});
  const auto before = hash_of_members(view);
  struct {
    const char* name;
    bool differs;
    void (*change)(cluster_view&);
  } cases[] = {
    {"the epoch", false, [](cluster_view& x) { ++x.epoch; }},
    {"a way to it", false, [](cluster_view& x) { x.members[1].port = 1; }},
    {"when it came", false, [](cluster_view& x) { x.members[1].since = 9; }},
    {"one less", true, [](cluster_view& x) { x.members.pop_back(); }},
    {"another name", true, [](cluster_view& x) { x.members[2].name = "d"; }},
    {"another run", true,
     [](cluster_view& x) { x.members[1].instance = std::string(32, 'f'); }},
    {"no share", true,
     [](cluster_view& x) { x.members[1].owns_symbols = false; }},
    {"a pin", true,
     [](cluster_view& x) {
       x.members[1].pinned = {*symbol_name::parse("AAPL")};
     }},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    auto x = view;
    c.change(x);
    CAF_CHECK_EQUAL(hash_of_members(x) != before, c.differs);
  }
}

CAF_TEST(the next owner is who owns it when the first is gone) {
  auto all = sixteen();
  for (int i = 0; i < 1000; ++i) {
    auto symbol = *symbol_name::parse("S" + std::to_string(i));
    auto at = place_of(symbol, all);
    CAF_REQUIRE(at && at->next);
    auto less = all;
    auto next = less.members.at(*at->next).name;
    less.members.erase(less.members.begin()
                       + static_cast<std::ptrdiff_t>(at->owner));
    CAF_CHECK_EQUAL(owner_name(symbol, less), next);
  }
  CAF_CHECK(!place_of(*symbol_name::parse("S"), view_of({"a"}))->next);
}

CAF_TEST(a pinned symbol is where it is pinned) {
  auto all = sixteen();
  auto symbol = *symbol_name::parse("AAPL");
  auto before = *place_of(symbol, all);
  for (std::size_t i = 0; i < all.members.size(); ++i) {
    auto pinned = all;
    pinned.members[i].pinned = {symbol};
    CAF_CHECK(pinned.valid());
    auto at = *place_of(symbol, pinned);
    CAF_CHECK_EQUAL(at.owner, i);
    CAF_CHECK_EQUAL(*at.next, i == before.owner ? *before.next : before.owner);
    CAF_CHECK(owner_of(*symbol_name::parse("MSFT"), pinned)
              == owner_of(*symbol_name::parse("MSFT"), all));
    // Nobody owns what he cannot.
    pinned.members[i].owns_symbols = false;
    CAF_CHECK(owner_of(symbol, pinned) != i);
  }
  all.members[3].pinned = {symbol};
  all.members[2].pinned = {symbol};
  CAF_CHECK(owner_of(symbol, all) == std::size_t{2});
  all.members[2].pinned = {symbol, symbol};
  CAF_CHECK(!all.valid());
}

} // namespace
