#define CAF_SUITE node.page

#include <regex>

#include <zlib.h>

#include "node_process.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

const header_list browser{{"Accept", "text/html,application/xhtml+xml"}};

header_list operator+(header_list x, const header_list& more) {
  x.insert(x.end(), more.begin(), more.end());
  return x;
}

/// The content of a gzip file.
std::string unzip(const std::string& x) {
  z_stream stream{};
  CAF_REQUIRE_EQUAL(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(x.data()));
  stream.avail_in = static_cast<uInt>(x.size());
  std::string result;
  char part[64 * 1024];
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(part);
    stream.avail_out = sizeof(part);
    code = inflate(&stream, Z_NO_FLUSH);
    result.append(part, sizeof(part) - stream.avail_out);
  }
  inflateEnd(&stream);
  CAF_CHECK_EQUAL(code, Z_STREAM_END);
  return result;
}

struct fixture {
  node_process node{
    std::vector<std::string>{"--market.feed=none", example_symbols()}};

  /// The paths that the page names under assets/.
  std::vector<std::string> assets() {
    auto page = node.get("/", browser).body;
    std::vector<std::string> result;
    std::regex pattern{"(?:href|src)=\"(assets/[^\"]+)\""};
    for (std::sregex_iterator i{page.begin(), page.end(), pattern}, end;
         i != end; ++i)
      result.push_back('/' + (*i)[1].str());
    CAF_REQUIRE(!result.empty());
    return result;
  }

  /// Asks with an entity tag that a client has; a 304 has no body.
  http_response ask_again(const std::string& path, const header_list& headers) {
    http_client client{node.port()};
    client.send(request_bytes("GET", path, headers));
    auto response = client.read(true);
    // What comes next is the next response, and not a body.
    CAF_CHECK_EQUAL(client.request("GET", "/health").status, 200);
    return response;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(page_tests, fixture)

CAF_TEST(a_browser_gets_the_page_and_others_get_json) {
  auto page = node.get("/", browser);
  CAF_CHECK_EQUAL(page.status, 200);
  CAF_CHECK_EQUAL(page.header("Content-Type"), "text/html; charset=utf-8");
  CAF_CHECK_EQUAL(page.header("Cache-Control"), "no-cache");
  CAF_CHECK_EQUAL(page.header("X-Content-Type-Options"), "nosniff");
  CAF_CHECK(!page.header("ETag").empty());
  for (auto name : {"Accept", "Accept-Encoding", "Origin"})
    CAF_CHECK(contains(page.header("Vary") + ',', name));
  auto json = node.get("/");
  CAF_CHECK(contains(json.header("Content-Type"), "application/json"));
  CAF_CHECK(json.json().has("Info"));
  CAF_CHECK(contains(json.header("Vary"), "Accept"));
}

CAF_TEST(the_policy_lets_nothing_in_from_elsewhere_and_nothing_inline) {
  auto policy = node.get("/", browser).header("Content-Security-Policy");
  for (auto part : {"default-src 'none'", "script-src 'self'",
                    "style-src 'self'", "connect-src 'self'", "base-uri 'none'",
                    "form-action 'none'", "frame-ancestors 'none'"})
    CAF_CHECK(contains(policy, part));
  CAF_CHECK(!contains(policy, "unsafe"));
  CAF_CHECK(!contains(policy, "http"));
  CAF_CHECK(!contains(policy, "*"));
}

CAF_TEST(what_the_page_names_may_be_kept_for_ever) {
  for (const auto& path : assets()) {
    CAF_MESSAGE(path);
    auto file = node.get(path);
    CAF_CHECK_EQUAL(file.status, 200);
    CAF_CHECK_EQUAL(file.header("Cache-Control"),
                    "public, max-age=31536000, immutable");
    auto type = path.ends_with(".js")    ? "text/javascript; charset=utf-8"
                : path.ends_with(".css") ? "text/css; charset=utf-8"
                                         : "image/svg+xml";
    CAF_CHECK_EQUAL(file.header("Content-Type"), type);
    // The name has the hash, which is the entity tag too.
    auto etag = file.header("ETag");
    CAF_REQUIRE(etag.size() > 2);
    CAF_CHECK(contains(path, etag.substr(1, etag.size() - 2)));
  }
}

CAF_TEST(files_come_compressed_to_whoever_takes_that) {
  auto paths = assets();
  paths.push_back("/");
  for (const auto& path : paths) {
    CAF_MESSAGE(path);
    auto plain = node.get(path, browser);
    CAF_CHECK(!plain.has("Content-Encoding"));
    auto zipped =
      node.get(path, browser + header_list{{"Accept-Encoding", "br, gzip"}});
    CAF_CHECK_EQUAL(zipped.header("Content-Encoding"), "gzip");
    CAF_CHECK(zipped.body.size() < plain.body.size());
    CAF_CHECK(unzip(zipped.body) == plain.body);
    CAF_CHECK_NOT_EQUAL(zipped.header("ETag"), plain.header("ETag"));
    CAF_CHECK(contains(zipped.header("Vary"), "Accept-Encoding"));
  }
}

CAF_TEST(accept_encoding_is_read_as_it_is_meant) {
  std::pair<const char*, bool> cases[]{
    {"gzip", true},
    {"GZip", true},
    {"gzip, deflate, br, zstd", true},
    {"deflate , gzip;q=0.5", true},
    {"*", true},
    {"*;q=0.1", true},
    {"", false},
    {"br", false},
    {"identity", false},
    {"gzip;q=0", false},
    {"gzip; q=0.000, br", false},
    {"gzip;q=0, *", false},
    {"*;q=0", false},
    {"notgzip", false},
  };
  for (auto [value, zipped] : cases) {
    CAF_MESSAGE(value);
    auto file =
      node.get("/", browser + header_list{{"Accept-Encoding", value}});
    CAF_CHECK_EQUAL(file.header("Content-Encoding") == "gzip", zipped);
  }
}

CAF_TEST(a_page_that_has_not_changed_is_not_sent_again) {
  auto paths = assets();
  paths.push_back("/");
  for (const auto& path : paths) {
    CAF_MESSAGE(path);
    auto etag = node.get(path, browser).header("ETag");
    for (auto value :
         {etag, "W/" + etag, "\"other\", " + etag, std::string{"*"}}) {
      CAF_MESSAGE(value);
      auto again =
        ask_again(path, browser + header_list{{"If-None-Match", value}});
      CAF_CHECK_EQUAL(again.status, 304);
      CAF_CHECK_EQUAL(again.header("ETag"), etag);
      CAF_CHECK(again.has("Cache-Control"));
      CAF_CHECK(again.has("Vary"));
    }
    auto changed =
      node.get(path, browser + header_list{{"If-None-Match", "\"other\""}});
    CAF_CHECK_EQUAL(changed.status, 200);
  }
}

CAF_TEST(a_file_that_is_not_there_is_a_404_in_json) {
  for (auto path : {"/assets/", "/assets/page-0000000000000000.js", "/assets",
                    "/index.html", "/assets/../assets/page.js",
                    "/assets/%2e%2e/%2e%2e/etc/passwd"}) {
    CAF_MESSAGE(path);
    auto response = node.get(path, browser);
    CAF_CHECK_EQUAL(response.status, 404);
    CAF_CHECK_EQUAL(response.json().at("detail").text(), "Not Found");
  }
}

CAF_TEST(files_answer_head_and_refuse_post) {
  for (const auto& path : assets()) {
    CAF_MESSAGE(path);
    http_client client{node.port()};
    client.send(request_bytes("HEAD", path));
    auto head = client.read(true);
    CAF_CHECK_EQUAL(head.status, 200);
    CAF_CHECK_EQUAL(head.header("Content-Length"),
                    std::to_string(node.get(path).body.size()));
    CAF_CHECK_EQUAL(fetch(node.port(), "POST", path, {}, "x").status, 405);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
