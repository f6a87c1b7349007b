#define CAF_SUITE http.message.body_coding

#include "livegrid/http/message/body_coding.hpp"

#include <algorithm>
#include <string>

#include <zlib.h>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

std::string gzip(const std::string& text) {
  z_stream x{};
  CAF_REQUIRE_EQUAL(
    ::deflateInit2(&x, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string result(::deflateBound(&x, text.size()), '\0');
  x.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  x.avail_in = static_cast<uInt>(text.size());
  x.next_out = reinterpret_cast<Bytef*>(result.data());
  x.avail_out = static_cast<uInt>(result.size());
  CAF_REQUIRE_EQUAL(::deflate(&x, Z_FINISH), Z_STREAM_END);
  result.resize(x.total_out);
  ::deflateEnd(&x);
  return result;
}

constexpr std::uint64_t most = 100'000;

} // namespace

CAF_TEST(what was zipped comes out whole up to the limit) {
  for (std::size_t size : {0u, 1u, 16'383u, 16'384u, 16'385u, 100'000u}) {
    CAF_MESSAGE(size);
    std::string text(size, 'x');
    std::string out;
    CAF_CHECK(inflate_gzip(gzip(text), most, out) == inflated::whole);
    CAF_CHECK(out == text);
  }
  std::string out;
  CAF_CHECK(inflate_gzip(gzip("a") + gzip("") + gzip("bc"), most, out)
            == inflated::whole);
  CAF_CHECK_EQUAL(out, "abc");
}

CAF_TEST(no more is made than may be) {
  for (std::size_t size : {100'001u, 50'000'000u}) {
    std::string out;
    auto zipped = gzip(std::string(size, '\0'));
    CAF_CHECK(inflate_gzip(zipped, most, out) == inflated::too_big);
    CAF_CHECK_LESS(out.size(), most + 1);
    out.clear();
    // Nor in parts.
    CAF_CHECK(inflate_gzip(gzip("x") + zipped, most, out) == inflated::too_big);
  }
}

CAF_TEST(what is broken is refused wherever it breaks off) {
  auto whole = gzip("{\"symbol\":\"AAPL\",\"price\":1}");
  for (std::size_t n = 0; n < whole.size(); ++n) {
    std::string out;
    CAF_CHECK(inflate_gzip(whole.substr(0, n), most, out) == inflated::broken);
  }
  for (const auto& bad :
       {whole + "x", whole + whole.substr(0, 5), std::string{"{}"},
        std::string(1000, '\0'), "x" + whole}) {
    std::string out;
    CAF_CHECK(inflate_gzip(bad, most, out) == inflated::broken);
  }
  // Its checksum and length are looked at.
  for (std::size_t i = 1; i <= 8; ++i) {
    auto bad = whole;
    bad[bad.size() - i] = static_cast<char>(bad[bad.size() - i] ^ 1);
    std::string out;
    CAF_CHECK(inflate_gzip(bad, most, out) == inflated::broken);
  }
}

CAF_TEST(a coding is understood or named) {
  std::optional<std::string> out;
  for (auto plain : {"", " ", "identity", "IDENTITY"}) {
    CAF_CHECK(!decode_body(plain, "x", most, out));
    CAF_CHECK(!out);
  }
  for (auto coding : {"gzip", " GZip ", "x-gzip"}) {
    CAF_CHECK(!decode_body(coding, gzip("x"), most, out));
    CAF_CHECK_EQUAL(out.value_or(""), "x");
    out.reset();
  }
  for (auto other : {"br", "deflate", "zstd", "gzip, gzip", "gzip,identity"}) {
    CAF_MESSAGE(other);
    auto fault = decode_body(other, gzip("x"), most, out);
    CAF_REQUIRE(fault);
    CAF_CHECK_EQUAL(fault->status, 415);
  }
  auto fault = decode_body("gzip", "x", most, out);
  CAF_REQUIRE(fault);
  CAF_CHECK_EQUAL(fault->status, 400);
  fault = decode_body("gzip", gzip(std::string(100'001, 'x')), most, out);
  CAF_REQUIRE(fault);
  CAF_CHECK_EQUAL(fault->status, 413);
}
