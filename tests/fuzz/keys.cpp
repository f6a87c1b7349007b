#include <string>

#include "fuzz.hpp"

#include "livegrid/http/access/access_token.hpp"
#include "livegrid/http/access/keys_file.hpp"

// Files of keys: an error in one line, or keys that read back as themselves
// from what is written of them. The same bytes are a token for none of them.

using namespace livegrid;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::as_text(data, size);
  auto result = parse_keys(text);
  if (!result) {
    const auto& why = result.error();
    fuzz::expect(!why.empty(), "an error says why");
    fuzz::expect(why.find('\n') == why.npos, "an error is one line");
    return 0;
  }
  auto& keys = *result;
  auto written = to_json(keys);
  auto again = parse_keys(written);
  fuzz::expect(again.has_value(), "what is written is taken");
  fuzz::expect(to_json(*again) == written, "and is the same");
  token_mint mint{std::string(32, 's')};
  access_key::seconds now{};
  fuzz::expect(mint.find(text, keys, now) == nullptr, "rubbish is no token");
  for (const auto& [name, x] : keys) {
    fuzz::expect(is_key_name(name) && x->symbols, "a key is whole");
    auto token = mint.make(*x, now + std::chrono::seconds{1});
    fuzz::expect(mint.find(token, keys, now) == x, "a token finds its key");
  }
  return 0;
}
