#define CAF_SUITE http.connection.request_screen

#include <string>
#include <string_view>
#include <vector>

#include "livegrid/http/connection/request_screen.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

constexpr std::uint64_t max_body = 100;

struct outcome {
  std::vector<std::string> requests; ///< what was cleared of each
  std::string rest;                  ///< what was not cleared
  std::uint16_t fault = 0;
};

/// Shows bytes in pieces of that size, as a socket does.
outcome show(std::string_view bytes, std::size_t piece = std::string::npos) {
  request_screen screen{max_body};
  outcome result;
  while (!bytes.empty() && !screen.fault()) {
    result.rest += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (;;) {
      auto fresh = screen.between();
      auto n = screen.look(result.rest);
      if (n == 0)
        break;
      if (fresh)
        result.requests.emplace_back();
      result.requests.back() += result.rest.substr(0, n);
      result.rest.erase(0, n);
    }
  }
  if (screen.fault())
    result.fault = screen.fault()->status;
  return result;
}

std::uint16_t fault_of(std::string_view bytes) {
  auto whole = show(bytes);
  for (std::size_t piece : {1, 2, 7}) {
    auto cut = show(bytes, piece);
    if (cut.fault != whole.fault)
      CAF_FAIL("another fault in pieces of " << piece << ": " << bytes);
  }
  return whole.fault;
}

std::string get(std::string_view fields) {
  return "GET / HTTP/1.1\r\nHost: x\r\n" + std::string{fields} + "\r\n";
}

std::string post(std::string_view fields, std::string_view body) {
  return "POST /ticks HTTP/1.1\r\nHost: x\r\n" + std::string{fields} + "\r\n"
         + std::string{body};
}

} // namespace

CAF_TEST(requests are told apart wherever the reads end) {
  std::vector<std::string> all{
    get(""),
    post("Content-Length: 5\r\n", "GET /"),
    "\r\n" + get("X: y\r\n"),
    post("Content-Length: 0\r\n", ""),
    post("transfer-encoding: Chunked\r\n",
         "3;a=\"b\"\r\n\r\n\r\r\n00a\r\n0123456789\r\n0\r\n\r\n"),
    post("Transfer-Encoding:\tchunked \r\n", "0\r\nX: y\r\nZ:\r\n\r\n"),
    "GET /x HTTP/1.0\r\n\r\n",
    get("Content-Length: 2\r\n") + "{}",
  };
  std::string bytes;
  for (const auto& x : all)
    bytes += x;
  for (std::size_t piece : {1, 2, 3, 5, 7, 64, 1000}) {
    auto x = show(bytes + "GET /", piece);
    CAF_CHECK_EQUAL(x.fault, 0);
    CAF_CHECK_EQUAL(x.requests, all);
    CAF_CHECK_EQUAL(x.rest, "GET /");
  }
}

CAF_TEST(nothing is cleared from a fault on) {
  for (std::size_t piece : {1, 7, 1000}) {
    auto x = show(get("") + get("X : y\r\n") + get(""), piece);
    CAF_CHECK_EQUAL(x.fault, 400);
    CAF_CHECK_EQUAL(x.requests, std::vector<std::string>{get("")});
  }
}

CAF_TEST(first lines that are none of HTTP 1 0 or 1 1) {
  for (std::string_view line : {"nonsense",
                                "GET",
                                "GET /",
                                "GET  HTTP/1.1",
                                "GET  / HTTP/1.1",
                                "GET / HTTP/1.1 ",
                                " GET / HTTP/1.1",
                                "GET / HTTP/2.0",
                                "GET / HTTP/0.9",
                                "GET / HTTP/1.2",
                                "GET / HTTP/1.10",
                                "GET / http/1.1",
                                "GET / HTTP/1.1x",
                                "PRI * HTTP/2.0",
                                "G(T / HTTP/1.1",
                                "GET x HTTP/1.1",
                                "GET * HTTP/1.1",
                                "GET x:80 HTTP/1.1",
                                "GET /#a HTTP/1.1",
                                "GET http:// HTTP/1.1",
                                "GET http:///a HTTP/1.1",
                                "GET http://a@b/ HTTP/1.1",
                                "GET ftp://a/ HTTP/1.1",
                                "GET\t/ HTTP/1.1",
                                "GET /a\tb HTTP/1.1"}) {
    CAF_MESSAGE(line);
    CAF_CHECK_EQUAL(fault_of(std::string{line} + "\r\nHost: x\r\n\r\n"), 400);
  }
  CAF_CHECK_EQUAL(fault_of("BREW / HTTP/1.1\r\nHost: x\r\n\r\n"), 501);
  CAF_CHECK_EQUAL(fault_of("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"), 501);
  CAF_CHECK_EQUAL(fault_of("\r\n\r\n" + get("")), 400);
  CAF_CHECK_EQUAL(fault_of("\x16\x03\x01"), 400);
}

CAF_TEST(lines end with both of CR and LF and never go on) {
  CAF_CHECK_EQUAL(fault_of("GET / HTTP/1.1\nHost: x\n\n"), 400);
  CAF_CHECK_EQUAL(fault_of("GET / HTTP/1.1\r\nHost: x\n\r\n"), 400);
  CAF_CHECK_EQUAL(fault_of("GET / HTTP/1.1\r\nHost: x\r\n\n"), 400);
  CAF_CHECK_EQUAL(fault_of("\n" + get("")), 400);
  CAF_CHECK_EQUAL(fault_of(get("X: y\rZ: a\r\n")), 400);
  CAF_CHECK_EQUAL(fault_of(get("X: y\r\n z\r\n")), 400);
  CAF_CHECK_EQUAL(fault_of(get("X: y\r\n\tz\r\n")), 400);
  CAF_CHECK_EQUAL(fault_of(get(std::string_view{"X: \0\r\n", 6})), 400);
  CAF_CHECK_EQUAL(fault_of(get("X: \v\r\n")), 400);
  CAF_CHECK_EQUAL(fault_of(get("X: \x7f\r\n")), 400);
  CAF_CHECK_EQUAL(fault_of(get("X: \xc3\xa4\r\n")), 0);
}

CAF_TEST(names of fields have no blanks nor other odd characters) {
  for (std::string_view x :
       {"X : y", "X\t: y", ": y", "X", "(X): y", "X Y: z", "X\xc3\xa4: y"}) {
    CAF_MESSAGE(x);
    CAF_CHECK_EQUAL(fault_of(get(std::string{x} + "\r\n")), 400);
  }
}

CAF_TEST(there is one Host which may be missing in HTTP 1 0) {
  CAF_CHECK_EQUAL(fault_of("GET / HTTP/1.1\r\n\r\n"), 400);
  CAF_CHECK_EQUAL(fault_of("GET / HTTP/1.0\r\n\r\n"), 0);
  CAF_CHECK_EQUAL(fault_of("GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n"),
                  400);
  CAF_CHECK_EQUAL(fault_of(get("HOST: x\r\n")), 400);
  for (std::string_view x : {"a, b", "a b", "a/b", "u@a", "a?b", "a,b"})
    CAF_CHECK_EQUAL(
      fault_of("GET / HTTP/1.1\r\nHost: " + std::string{x} + "\r\n\r\n"), 400);
  for (std::string_view x : {"a.example:8080", "[::1]:80", "127.0.0.1", ""})
    CAF_CHECK_EQUAL(
      fault_of("GET / HTTP/1.1\r\nHost: " + std::string{x} + "\r\n\r\n"), 0);
}

CAF_TEST(how long a body is has one meaning alone) {
  for (std::string_view x :
       {"Content-Length: 2\r\nContent-Length: 2",
        "Content-Length: 2, 2",
        "Content-Length: +2",
        "Content-Length: 0x2",
        "Content-Length: 2 9",
        "Content-Length:",
        "Content-Length: -1",
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 2",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked,",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding:",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked\t",
        "Content-Length: 2\t",
        "Transfer-Encoding.: chunked"}) {
    CAF_MESSAGE(x);
    CAF_CHECK_EQUAL(fault_of(post(std::string{x} + "\r\n", "0\r\n\r\n")), 400);
  }
  CAF_CHECK_EQUAL(fault_of("POST / HTTP/1.0\r\nTransfer-Encoding: "
                           "chunked\r\n\r\n0\r\n\r\n"),
                  400);
}

CAF_TEST(chunks are as they must be) {
  auto chunks = [](std::string_view x) {
    return fault_of(post("Transfer-Encoding: chunked\r\n", x));
  };
  for (std::string_view x :
       {"\r\n", "x\r\n", "0x2\r\n[]\r\n0\r\n\r\n", "2\n[]\n0\n\n",
        "2 \r\n[]\r\n0\r\n\r\n", "2\r\n[]x\r\n0\r\n\r\n", "2\r\n[]\n0\r\n\r\n",
        "-1\r\n", "0\r\nX : y\r\n\r\n", "0\r\n y\r\n\r\n", "0\r\n\n", "2\rX[]",
        "2;\x01\r\n[]\r\n", "0\r\nContent-Length: 2\r\n\r\n",
        "0\r\ntransfer-encoding: chunked\r\n\r\n", "0\r\nHost: x\r\n\r\n",
        "0\r\nX-API-KEY: a.b\r\n\r\n"}) {
    CAF_MESSAGE(x);
    CAF_CHECK_EQUAL(chunks(x), 400);
  }
  CAF_CHECK_EQUAL(chunks("2;" + std::string(300, 'x')), 400);
  CAF_CHECK_EQUAL(chunks("65\r\n"), 413);
  CAF_CHECK_EQUAL(chunks("64\r\n" + std::string(100, ' ') + "\r\n1\r\n"), 413);
  CAF_CHECK_EQUAL(chunks("fffffffffffffffff\r\n"), 413);
  CAF_CHECK_EQUAL(chunks("0\r\n" + std::string(20'000, 'x') + ": y\r\n\r\n"),
                  431);
}

CAF_TEST(a body of very many chunks is refused) {
  request_screen screen{1024 * 1024};
  auto head = post("Transfer-Encoding: chunked\r\n", "");
  CAF_CHECK_EQUAL(screen.look(head), head.size());
  std::string chunk = "1\r\nx\r\n";
  auto n = 0;
  while (screen.look(chunk) > 0)
    ++n;
  CAF_CHECK_EQUAL(screen.fault()->status, 413);
  CAF_CHECK_EQUAL(n, 16 * 1024);
}

CAF_TEST(sizes have limits) {
  auto line = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'x')
           + " HTTP/1.1\r\nHost: x\r\n\r\n";
  };
  CAF_CHECK_EQUAL(fault_of(line(72 * 1024)), 0);
  CAF_CHECK_EQUAL(fault_of(line(72 * 1024 + 1)), 414);
  CAF_CHECK_EQUAL(fault_of("GET /" + std::string(80'000, 'x')), 414);
  CAF_CHECK_EQUAL(fault_of(get("X: " + std::string(16'383, 'x') + "\r\n")), 0);
  CAF_CHECK_EQUAL(fault_of(get("X: " + std::string(16'384, 'x') + "\r\n")),
                  431);
  CAF_CHECK_EQUAL(fault_of("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x')),
                  431);
  CAF_CHECK_EQUAL(fault_of(get(std::string(257, 'x') + ": y\r\n")), 431);
  std::string many;
  for (int i = 0; i < 99; ++i)
    many += "X: y\r\n";
  CAF_CHECK_EQUAL(fault_of(get(many)), 0);
  CAF_CHECK_EQUAL(fault_of(get(many + "X: y\r\n")), 431);
  std::string big;
  for (int i = 0; i < 6; ++i)
    big += "X: " + std::string(16'000, 'x') + "\r\n";
  CAF_CHECK_EQUAL(fault_of(get(big)), 431);
  CAF_CHECK_EQUAL(fault_of(post("Content-Length: 101\r\n", "")), 413);
  CAF_CHECK_EQUAL(
    fault_of(post("Content-Length: 99999999999999999999\r\n", "")), 413);
}

CAF_TEST(a body can be given less room when its head is known) {
  for (std::string_view fields :
       {"Content-Length: 11\r\n", "Transfer-Encoding: chunked\r\n"}) {
    request_screen screen{max_body};
    auto head = get(fields);
    CAF_CHECK_EQUAL(screen.look(head), head.size());
    CAF_CHECK(screen.at_body());
    screen.limit_body(10);
    CAF_CHECK_EQUAL(screen.look("b\r\n01234567890\r\n"), 0u);
    CAF_REQUIRE(screen.fault());
    CAF_CHECK_EQUAL(screen.fault()->status, 413);
  }
}

CAF_TEST(what one alone can mean comes once) {
  for (std::string_view x : {"Sec-WebSocket-Key", "Sec-WebSocket-Version",
                             "Origin", "Authorization", "X-API-KEY"}) {
    CAF_MESSAGE(x);
    auto one = std::string{x} + ": a\r\n";
    CAF_CHECK_EQUAL(fault_of(get(one)), 0);
    CAF_CHECK_EQUAL(fault_of(get(one + one)), 400);
  }
}
