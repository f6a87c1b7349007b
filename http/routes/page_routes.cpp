#include "livegrid/http/routes/page_routes.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/access/access_guard.hpp"
#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

constexpr api_path index_api{
  .path = "/",
  .operations = R"json({"get": {
  "operationId": "get_index",
  "tags": ["node"],
  "summary": "The page for a browser; for others, who this is",
  "responses": {"200": {
    "description": "HTML if the request accepts text/html, else JSON",
    "content": {
      "application/json": {"schema": {"type": "object", "required": ["Info", "version"], "properties": {"Info": {"type": "string"}, "version": {"type": "string"}}}},
      "text/html": {"schema": {"type": "string"}}
    }
  }}
}})json",
};

/// Everything comes from this server, nothing runs or styles inline, and no
/// other page may frame this one.
constexpr std::string_view page_policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; "
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
  "form-action 'none'; frame-ancestors 'none'";

constexpr std::string_view page_missing = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Live Grid</title>
<h1>Live Grid</h1>
<p>This node was built without its page. To get it, install node and npm, and
build with <code>-DLIVEGRID_PAGE=ON</code>.
<p>It is an OpenBB Workspace backend all the same: add this address there.
<ul>
<li><a href="widgets.json">widgets.json</a>, <a href="apps.json">apps.json</a>
<li><a href="docs">docs</a>, <a href="symbols">symbols</a>
<li><a href="health">health</a>, <a href="metrics">metrics</a>
</ul>
</html>
)html";

constexpr std::string_view key_missing = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Live Grid</title>
<h1>Live Grid</h1>
<p>This node shows its prices to holders of a key only. Open
<code>/?api_key=</code> with yours behind it; it becomes a cookie, and leaves the
address at once.
</html>
)html";

void protect(http_reply& x) {
  x.headers.emplace_back("Content-Security-Policy", page_policy);
  x.headers.emplace_back("Referrer-Policy", "no-referrer");
}

/// A query without the secret that is in it, as sent otherwise.
std::string without_key(std::string_view query) {
  std::string result;
  while (!query.empty()) {
    auto end = std::min(query.find('&'), query.size());
    auto one = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    // As it was read when the secret was found.
    auto name = decode_query(one.substr(0, one.find('=')));
    if (one.empty() || !name || is_key_param(*name))
      continue;
    result += (result.empty() ? '?' : '&');
    result += one;
  }
  return result;
}

/// Whether a file's content never changes: its name has its hash.
bool is_hashed(const page_file& x) {
  return x.path.starts_with("assets/");
}

} // namespace

void explain_key(const http_request& request, http_reply& refused) {
  if (request.path != "/"
      || request.accept.find("text/html") == std::string::npos)
    return;
  refused.body = key_missing;
  refused.type = "text/html; charset=utf-8";
  protect(refused);
}

std::span<const route_row<page_routes>> page_routes::rows() noexcept {
  static constexpr auto all = std::to_array<route_row<page_routes>>({
    {.api = index_api, .get = &page_routes::get_index},
  });
  return all;
}

std::vector<route> page_routes::files() {
  std::vector<route> result;
  for (const auto& file : page_files())
    if (file.path != "index.html")
      result.push_back(
        {.path = '/' + std::string{file.path},
         .get = [this,
                 &file](const http_request& request,
                        const responder& to) { get_file(file, request, to); },
         .label = "page"});
  return result;
}

void page_routes::get_index(const http_request& request, const responder& to) {
  // A browser cannot send a header. It gets a cookie for what it loads next,
  // and another address, so that the secret is in no history.
  if (guard_.on() && request.who.key && !request.who.by_token
      && request.api_key.empty() && request.authorization.empty()
      && request.accept.find("text/html") != std::string::npos)
    return to({.status = 303,
               .headers = {
                 {"Location", "./" + without_key(request.query)},
                 {"Set-Cookie", guard_.cookie_for(request.who, request.secure)},
                 {"Cache-Control", "no-store"},
                 {"Referrer-Policy", "no-referrer"}}});
  if (request.accept.find("text/html") == std::string::npos) {
    std::string body = "{\"Info\":\"Live Grid: a backend for OpenBB "
                       "Workspace's live_grid widget\",\"version\":";
    append_json_string(body, version);
    return to({.body = body + '}', .headers = {{"Vary", "Accept"}}});
  }
  if (const auto* index = find_page_file("index.html"))
    return get_file(*index, request, to);
  http_reply reply{.body = std::string{page_missing},
                   .type = "text/html; charset=utf-8",
                   .headers = {{"Vary", "Accept"}}};
  protect(reply);
  to(std::move(reply));
}

void page_routes::get_file(const page_file& file, const http_request& request,
                           const responder& to) {
  auto zipped = takes_gzip(request.accept_encoding);
  // Other bytes are another entity.
  std::string etag = '"' + std::string{file.hash} + (zipped ? "-gzip\"" : "\"");
  auto known = names_etag(request.if_none_match, etag);
  http_reply reply{.status = static_cast<std::uint16_t>(known ? 304 : 200),
                   .type = std::string{file.type},
                   .headers = {{"ETag", etag}},
                   .fixed_body = zipped ? file.gzip : file.content};
  auto add = [&](std::string_view name, std::string_view value) {
    reply.headers.emplace_back(name, value);
  };
  if (zipped)
    add("Content-Encoding", "gzip");
  if (is_hashed(file)) {
    add("Vary", "Accept-Encoding");
    // With keys, no cache that others see may have it.
    add("Cache-Control", guard_.on() ? "private, max-age=31536000, immutable"
                                     : "public, max-age=31536000, immutable");
  } else {
    add("Vary", "Accept, Accept-Encoding");
    add("Cache-Control", guard_.on() ? "no-store" : "no-cache");
    protect(reply);
  }
  to(std::move(reply));
}

} // namespace livegrid
