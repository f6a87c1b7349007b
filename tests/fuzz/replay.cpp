#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <zlib.h>

#include "fuzz.hpp"
#include "memory_file.hpp"
#include "tick_check.hpp"

#include "livegrid/http/readers/replay_reader.hpp"

// Files of recorded ticks, packed or not: the ticks are sound, time does not
// go backwards, and a second time through the file brings the same.

using namespace livegrid;

namespace {

/// A file may unpack to a lot.
constexpr std::size_t max_ticks = 2000;

struct recording {
  std::string error;
  std::vector<tick> ticks;
  std::vector<std::size_t> bad_lines;
};

std::vector<tick> read_all(tick_source& from) {
  std::vector<tick> result;
  std::optional<timestamp> last;
  while (auto x = from.next()) {
    fuzz::expect_sound(x->tick);
    // Nothing is before any time.
    fuzz::expect(x->due >= last, "time does not go backwards");
    last = x->due;
    result.push_back(std::move(x->tick));
    if (result.size() == max_ticks)
      break;
  }
  return result;
}

bool same(const std::vector<tick>& xs, const std::vector<tick>& ys) {
  return std::equal(xs.begin(), xs.end(), ys.begin(), ys.end(), fuzz::same);
}

recording play(std::string_view content) {
  fuzz::memory_file file{content};
  recording result;
  auto opened =
    open_replay(file.path(), [&](std::size_t line, std::string_view why) {
      fuzz::expect(!why.empty(), "a bad row is told with a reason");
      fuzz::expect(result.bad_lines.empty() || line > result.bad_lines.back(),
                   "bad rows are told in order, once");
      result.bad_lines.push_back(line);
    });
  if (!opened) {
    auto prefix = "replay file " + file.path() + ": ";
    fuzz::expect(opened.error().starts_with(prefix), "an error names the file");
    result.error = opened.error().substr(prefix.size());
    fuzz::expect(!result.error.empty(), "an error has a reason");
    return result;
  }
  auto& source = **opened;
  result.ticks = read_all(source);
  fuzz::expect(!result.ticks.empty(), "what can be played has a tick");
  fuzz::expect(source.bad_rows() == result.bad_lines.size(),
               "bad rows are counted");
  if (source.rewind())
    fuzz::expect(same(read_all(source), result.ticks),
                 "a second time brings the same");
  return result;
}

std::string packed(std::string_view text) {
  z_stream z{};
  fuzz::expect(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY)
                 == Z_OK,
               "there is memory");
  std::string result(deflateBound(&z, text.size()) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(result.data());
  z.avail_out = static_cast<uInt>(result.size());
  fuzz::expect(deflate(&z, Z_FINISH) == Z_STREAM_END, "texts can be packed");
  result.resize(z.total_out);
  deflateEnd(&z);
  return result;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto content = fuzz::as_text(data, size);
  auto plain = play(content);
  // Packing packed files anew would hide what is in them.
  if (content.starts_with("\x1F\x8B"))
    return 0;
  auto unpacked = play(packed(content));
  fuzz::expect(unpacked.error == plain.error
                 && same(unpacked.ticks, plain.ticks)
                 && unpacked.bad_lines == plain.bad_lines,
               "a packed file plays like the file in it");
  return 0;
}
