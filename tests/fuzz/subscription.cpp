#include "fuzz.hpp"
#include "json_check.hpp"
#include "subscription_check.hpp"

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/message/error_reply.hpp"

// Messages of subscribers: at most 1000 symbols, each a name, each once.

using namespace livegrid;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto result = read_subscription(fuzz::as_text(data, size));
  if (!result) {
    const auto& why = result.error();
    fuzz::expect(why.code == errc::malformed || why.code == errc::invalid,
                 "a message is malformed or invalid");
    fuzz::expect_json(error_body(why));
    return 0;
  }
  fuzz::expect_sound(*result, true);
  return 0;
}
