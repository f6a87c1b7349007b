#include "livegrid/http/connection/request_head.hpp"

#include <algorithm>
#include <array>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

constexpr std::size_t max_target = 72 * 1024;
constexpr std::size_t max_name = 256;
constexpr std::size_t max_value = 16 * 1024 - 1;

constexpr request_fault bad(std::string_view why) noexcept {
  return {400, why};
}

constexpr bool is_alnum(char c) noexcept {
  return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || is_digit(c);
}

/// Tells characters of a kind, those of `others` beside letters and digits.
constexpr auto make_table(std::string_view others) noexcept {
  std::array<bool, 256> result{};
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = is_alnum(static_cast<char>(i));
  for (auto c : others)
    result[static_cast<unsigned char>(c)] = true;
  return result;
}

/// What names of methods and fields are made of (RFC 9110, 5.6.2).
constexpr auto token = make_table("!#$%&'*+-.^_`|~");

/// What may name a host and a port (RFC 3986, 3.2), but for users and commas:
/// these would name two.
constexpr auto host = make_table("-._~!$&'()*+;=:%[]");

bool is_all(std::string_view x, const std::array<bool, 256>& table) noexcept {
  return std::all_of(x.begin(), x.end(), [&](char c) {
    return table[static_cast<unsigned char>(c)];
  });
}

/// The text without the blanks that RESTinio's parser takes off a value: it
/// takes no tab off the end.
std::string_view trimmed_value(std::string_view x) noexcept {
  x.remove_prefix(std::min(x.find_first_not_of(header_blanks), x.size()));
  return x.substr(0, x.find_last_not_of(' ') + 1);
}

bool has_word(std::string_view list, std::string_view word) noexcept {
  while (!list.empty())
    if (equal_ignoring_case(trimmed_value(take_part(list, ',')), word))
      return true;
  return false;
}

constexpr std::string_view methods[]{"GET", "POST",   "HEAD",  "OPTIONS",
                                     "PUT", "DELETE", "PATCH", "TRACE"};

/// The form of a request to a proxy needs a host, and the host of a path must
/// not be taken for one.
std::optional<request_fault> check_target(std::string_view x,
                                          std::string_view method) noexcept {
  constexpr std::string_view why =
    "what is asked for is neither a path nor a URL";
  if (x.size() > max_target)
    return request_fault{414, "the request line is larger than 72 KiB"};
  if (x.find('#') != x.npos)
    return bad("a fragment is no part of a request");
  if (x.starts_with('/'))
    return std::nullopt;
  if (x == "*")
    return method == "OPTIONS" ? std::nullopt : std::optional{bad(why)};
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!x.starts_with(scheme))
      continue;
    auto name = x.substr(scheme.size());
    name = name.substr(0, name.find_first_of("/?"));
    return name.empty() || !is_all(name, host) ? std::optional{bad(why)}
                                               : std::nullopt;
  }
  return bad(why);
}

/// What has come: fields of which a second one would leave it open which
/// counts, and what stands in others.
enum sign : unsigned {
  is_host = 1,
  is_length = 2,
  is_coding = 4,
  is_other = 8,
  says_close = 1u << 30,
  says_keep_alive = 1u << 31,
};

struct single_field {
  std::string_view name;
  unsigned bit;
  std::string_view why;
};

constexpr std::string_view coding_name = "transfer-encoding";

constexpr single_field singles[]{
  {"host", is_host, "there are two Host fields"},
  {"content-length", is_length, "there are two Content-Length fields"},
  {coding_name, is_coding, "there are two Transfer-Encoding fields"},
  {"sec-websocket-key", is_other, "there are two Sec-WebSocket-Key fields"},
  {"sec-websocket-version", is_other << 1,
   "there are two Sec-WebSocket-Version fields"},
  {"origin", is_other << 2, "there are two Origin fields"},
  {"authorization", is_other << 3, "there are two Authorization fields"},
  {"x-api-key", is_other << 4, "there are two X-API-KEY fields"},
};

std::optional<request_fault> take_length(std::string_view x,
                                         request_head& into) noexcept {
  if (x.empty() || !std::all_of(x.begin(), x.end(), is_digit))
    return bad("Content-Length is no number");
  into.length = 0;
  for (auto c : x) {
    auto digit = static_cast<std::uint64_t>(c - '0');
    if (into.length > (UINT64_MAX - digit) / 10) {
      into.length = UINT64_MAX;
      return std::nullopt;
    }
    into.length = into.length * 10 + digit;
  }
  return std::nullopt;
}

/// Notes what matters for where the request ends.
std::optional<request_fault> take_field(std::string_view name,
                                        std::string_view value, unsigned& seen,
                                        request_head& into) {
  for (const auto& x : singles) {
    if (!equal_ignoring_case(name, x.name))
      continue;
    if ((seen & x.bit) != 0)
      return bad(x.why);
    seen |= x.bit;
    if (x.bit == is_host && !is_all(value, host))
      return bad("Host is no name of a host");
    if (x.bit == is_length)
      return take_length(value, into);
    if (x.bit == is_coding) {
      if (!equal_ignoring_case(value, "chunked"))
        return bad("Transfer-Encoding must be chunked alone");
      into.chunked = true;
    }
    return std::nullopt;
  }
  // The parser, for one, looks no further.
  if (name.size() > coding_name.size()
      && equal_ignoring_case(name.substr(0, coding_name.size()), coding_name))
    return bad("a name that some take for Transfer-Encoding");
  if (equal_ignoring_case(name, "connection"))
    seen |= (has_word(value, "close") ? says_close : 0u)
            | (has_word(value, "keep-alive") ? says_keep_alive : 0u);
  else if (equal_ignoring_case(name, "expect"))
    into.expects_continue = equal_ignoring_case(value, "100-continue");
  return std::nullopt;
}

std::optional<request_fault> check_whole(unsigned seen,
                                         request_head& x) noexcept {
  if (x.http_1_0) {
    if (x.chunked)
      return bad("HTTP/1.0 knows no Transfer-Encoding");
    // Nor an answer before the answer (RFC 9110, 15.2).
    x.expects_continue = false;
  } else if ((seen & is_host) == 0) {
    return bad("there is no Host");
  }
  x.last =
    (seen & says_close) != 0 || (x.http_1_0 && (seen & says_keep_alive) == 0);
  if ((seen & is_length) != 0 && x.chunked)
    return bad("both Transfer-Encoding and Content-Length");
  return std::nullopt;
}

} // namespace

std::string_view request_head::field(std::string_view name) const noexcept {
  for (const auto& [key, value] : fields)
    if (equal_ignoring_case(key, name))
      return value;
  return {};
}

bool request_head::has(std::string_view name) const noexcept {
  return std::any_of(fields.begin(), fields.end(), [&](const auto& x) {
    return equal_ignoring_case(x.first, name);
  });
}

std::string request_head::list(std::string_view name,
                               std::string_view separator) const {
  std::string result;
  for (const auto& [key, value] : fields) {
    if (!equal_ignoring_case(key, name))
      continue;
    if (!result.empty())
      result += separator;
    result += value;
  }
  return result;
}

std::optional<request_fault> read_request_line(std::string_view line,
                                               request_head& into) {
  constexpr std::string_view why = "the first line is no request of HTTP";
  auto first = line.find(' ');
  auto last = line.rfind(' ');
  if (first == line.npos || first == last)
    return bad(why);
  into.method = line.substr(0, first);
  into.target = line.substr(first + 1, last - first - 1);
  auto version = line.substr(last + 1);
  if (into.method.empty() || !is_all(into.method, token) || into.target.empty()
      || into.target.find_first_of(" \t") != line.npos)
    return bad(why);
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return bad(version.starts_with("HTTP/")
                 ? "only HTTP/1.1 and HTTP/1.0 are spoken here"
                 : why);
  into.http_1_0 = version.back() == '0';
  if (std::find(std::begin(methods), std::end(methods), into.method)
      == std::end(methods))
    return request_fault{501, "this method is not known here"};
  return check_target(into.target, into.method);
}

std::optional<request_fault> read_field(std::string_view line,
                                        std::string_view& name,
                                        std::string_view& value) {
  if (line.starts_with(' ') || line.starts_with('\t'))
    return bad("a field goes on in a line of its own");
  auto colon = line.find(':');
  if (colon == line.npos)
    return bad("a line has no colon");
  name = line.substr(0, colon);
  if (name.empty())
    return bad("a field has no name");
  if (!is_all(name, token))
    return bad(name.find_first_of(" \t") != name.npos
                 ? "a header's name has a blank in it"
                 : "a header's name has a character that none may have");
  value = trimmed_value(line.substr(colon + 1));
  if (name.size() > max_name || value.size() > max_value)
    return request_fault{431, "the header is too large"};
  return std::nullopt;
}

bool may_trail(std::string_view name) noexcept {
  return !equal_ignoring_case(name.substr(0, coding_name.size()), coding_name)
         && !equal_ignoring_case(name, "connection")
         && !equal_ignoring_case(name, "upgrade")
         && std::none_of(std::begin(singles), std::end(singles),
                         [&](const single_field& x) {
                           return equal_ignoring_case(name, x.name);
                         });
}

std::optional<request_fault> read_head(std::string_view text,
                                       request_head& into) {
  auto fields = std::move(into.fields);
  fields.clear();
  into = {};
  into.fields = std::move(fields);
  auto line = [&] {
    auto end = std::min(text.find("\r\n"), text.size());
    auto result = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    return result;
  };
  if (auto fault = read_request_line(line(), into))
    return fault;
  unsigned seen = 0;
  for (auto x = line(); !x.empty(); x = line()) {
    std::string_view name;
    std::string_view value;
    auto fault = read_field(x, name, value);
    if (!fault)
      fault = take_field(name, value, seen, into);
    if (fault)
      return fault;
    into.fields.emplace_back(name, value);
  }
  return check_whole(seen, into);
}

} // namespace livegrid
