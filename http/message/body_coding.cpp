#include "livegrid/http/message/body_coding.hpp"

#include <array>
#include <limits>

#include <zlib.h>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

/// A window of the largest kind, and gzip's header and nothing else.
constexpr int gzip_only = 15 + 16;

/// One that ends itself.
struct stream : z_stream {
  stream() : z_stream{} {
    ready = ::inflateInit2(this, gzip_only) == Z_OK;
  }

  stream(const stream&) = delete;

  stream& operator=(const stream&) = delete;

  ~stream() {
    if (ready)
      ::inflateEnd(this);
  }

  bool ready = false;
};

} // namespace

inflated inflate_gzip(std::string_view from, std::uint64_t most,
                      std::string& to) {
  stream x;
  if (!x.ready || from.size() > std::numeric_limits<uInt>::max())
    return inflated::broken;
  x.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
  x.avail_in = static_cast<uInt>(from.size());
  std::array<char, 16 * 1024> block;
  for (;;) {
    x.next_out = reinterpret_cast<Bytef*>(block.data());
    x.avail_out = block.size();
    auto outcome = ::inflate(&x, Z_NO_FLUSH);
    auto made = block.size() - x.avail_out;
    if (made > most - to.size())
      return inflated::too_big;
    to.append(block.data(), made);
    if (outcome == Z_STREAM_END) {
      if (x.avail_in == 0)
        return inflated::whole;
      // Another member, which counts as the rest of the text (RFC 1952, 2.2).
      if (::inflateReset(&x) != Z_OK)
        return inflated::broken;
    } else if (outcome != Z_OK || (x.avail_in == 0 && made == 0)) {
      return inflated::broken;
    }
  }
}

std::optional<coding_fault> decode_body(std::string_view coding,
                                        std::string_view body,
                                        std::uint64_t most,
                                        std::optional<std::string>& to) {
  coding = trimmed(coding);
  if (coding.empty() || equal_ignoring_case(coding, "identity"))
    return std::nullopt;
  if (!equal_ignoring_case(coding, "gzip")
      && !equal_ignoring_case(coding, "x-gzip"))
    return coding_fault{415, "the only Content-Encoding is gzip"};
  switch (inflate_gzip(body, most, to.emplace())) {
  case inflated::too_big:
    return coding_fault{413, "the inflated body is larger than http.max-body"};
  case inflated::broken:
    return coding_fault{400, "the body is not gzip, or breaks off"};
  case inflated::whole:
    break;
  }
  return std::nullopt;
}

} // namespace livegrid
