#include <array>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "fuzz.hpp"
#include "json_check.hpp"
#include "wire.hpp"

#include "livegrid/http/console/answer_text.hpp"
#include "livegrid/messages.hpp"

// Messages as another node sends them: what is taken can be shown and sent on.
// The first byte of an input says which type, in the order of messages.hpp.

using namespace livegrid;

namespace {

template <class T>
void look_at(T&) {
  // What travels is all that is known of most types.
}

void look_at(row_ptr& x) {
  if (!x)
    return;
  // Each cell can be read, whatever is written in it.
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < fixed_cells; ++i)
    bytes += x->text(static_cast<cell>(i)).size();
  for (std::size_t i = 0; i < x->num_extras(); ++i)
    bytes += x->extra_name(i).size() + x->extra_text(i).size();
  fuzz::expect(x->find_extra("") < static_cast<int>(max_extra_cells),
               "a row has at most 64 cells of its own");
  std::string text;
  view{{"symbol", "price", "note"}, {"symbol"}}.append_row(text, *x);
  fuzz::expect(text.size() <= 64 + bytes, "a row is as long as its cells");
}

void look_at(row_batch& x) {
  for (auto& row : x.rows)
    look_at(row);
}

void look_at(viewer_cell& x) {
  look_at(x.shown);
  look_at(x.waiting);
}

void look_at(tick_batch& x) {
  for (const auto& tick : x.ticks) {
    fuzz::expect(tick.acceptable(), "numbers of a tick are acceptable");
    fuzz::expect(symbol_name::valid(tick.symbol.str()), "a tick has a symbol");
  }
}

void look_at(console_answer& x) {
  for (std::size_t width : {0, 1, 40}) {
    auto text = to_text(x, width);
    for (std::size_t i = 0; i < text.size(); ++i) {
      auto byte = static_cast<unsigned char>(text[i]);
      // Behind the end is a zero byte.
      auto next = static_cast<unsigned char>(text.c_str()[i + 1]);
      fuzz::expect(byte == '\n' || (byte >= 0x20 && byte != 0x7F),
                   "no text moves the cursor");
      fuzz::expect(byte != 0xC2 || next < 0x80 || next >= 0xA0,
                   "no C1 character moves the cursor");
    }
  }
  // Texts of another node need not be UTF-8.
  to_json(x);
}

template <class T>
void take(const char* data, std::size_t size) {
  T x;
  if (!fuzz::load(data, size, x))
    return;
  fuzz::expect_travels(x);
  look_at(x);
}

using taker = void (*)(const char*, std::size_t);

using ids = caf::id_block::livegrid;

template <caf::type_id_t... Is>
constexpr std::array<taker, sizeof...(Is)>
takers_of(std::integer_sequence<caf::type_id_t, Is...>) {
  return {take<typename caf::type_by_id<ids::begin + Is>::type>...};
}

constexpr auto takers = takers_of(
  std::make_integer_sequence<caf::type_id_t, ids::end - ids::begin>{});

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || data[0] >= takers.size())
    return 0;
  takers[data[0]](reinterpret_cast<const char*>(data) + 1, size - 1);
  return 0;
}
