#include "http_client.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "livegrid/actors/base/text.hpp"

namespace livegrid::test {

bool http_response::has(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(), [&](auto& h) {
    return equal_ignoring_case(h.first, name);
  });
}

std::string http_response::header(std::string_view name) const {
  std::string result;
  for (auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) {
      if (!result.empty())
        result += ", ";
      result += value;
    }
  }
  return result;
}

json_value http_response::json() const {
  return json_value::parse(body);
}

std::string request_bytes(std::string_view method, std::string_view target,
                          const header_list& headers, std::string_view body) {
  std::string result{method};
  result += ' ';
  result += target;
  result += " HTTP/1.1\r\n";
  bool host = false;
  for (auto& [key, value] : headers) {
    host = host || equal_ignoring_case(key, "Host");
    result += key + ": " + value + "\r\n";
  }
  if (!host)
    result += "Host: 127.0.0.1\r\n";
  if (!body.empty() || method == "POST" || method == "PUT")
    result += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  result += "\r\n";
  result += body;
  return result;
}

std::string chunked(std::string_view body, std::size_t size) {
  std::string result;
  while (!body.empty()) {
    auto chunk = body.substr(0, size);
    char head[32];
    std::snprintf(head, sizeof head, "%zx\r\n", chunk.size());
    result += head;
    result += chunk;
    result += "\r\n";
    body.remove_prefix(chunk.size());
  }
  return result + "0\r\n\r\n";
}

std::string url_encoded(std::string_view text) {
  std::string result;
  for (unsigned char c : text) {
    if (isalnum(c)
        || std::string_view{"-._~"}.find(static_cast<char>(c))
             != std::string_view::npos) {
      result += static_cast<char>(c);
    } else {
      char code[8];
      std::snprintf(code, sizeof code, "%%%02X", c);
      result += code;
    }
  }
  return result;
}

http_client::http_client(std::uint16_t port) : http_client(tcp_socket{port}) {
  // nop
}

http_client::http_client(tcp_socket socket) : socket_(std::move(socket)) {
  // nop
}

bool http_client::fill() {
  return socket_.read_some(buffer_);
}

std::optional<std::string> http_client::read_line() {
  std::size_t end;
  while ((end = buffer_.find("\r\n")) == std::string::npos)
    if (!fill())
      return std::nullopt;
  auto result = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return result;
}

bool http_client::read_chunks(std::string& out) {
  for (;;) {
    auto line = read_line();
    if (!line)
      return false;
    auto size = std::strtoul(line->c_str(), nullptr, 16);
    while (buffer_.size() < size + 2)
      if (!fill())
        return false;
    out.append(buffer_, 0, size);
    buffer_.erase(0, size + 2);
    if (size == 0)
      return true;
  }
}

std::optional<http_response> http_client::try_read(bool head) {
  http_response result;
  do {
    auto line = read_line();
    if (!line)
      return std::nullopt;
    if (line->rfind("HTTP/1.", 0) != 0 || line->size() < 12)
      give_up("not a status line: " + *line);
    result = {};
    result.status = std::atoi(line->c_str() + 9);
    result.reason = line->size() > 13 ? line->substr(13) : "";
    for (;;) {
      line = read_line();
      if (!line)
        return std::nullopt;
      if (line->empty())
        break;
      auto colon = line->find(':');
      if (colon == std::string::npos)
        give_up("not a header: " + *line);
      result.headers.emplace_back(
        line->substr(0, colon),
        std::string{trimmed(line->substr(colon + 1), header_blanks)});
    }
  } while (result.status == 100);
  if (head || result.status == 101 || result.status == 204
      || result.status == 304)
    return result;
  if (result.has("Transfer-Encoding")) {
    if (!read_chunks(result.body))
      return std::nullopt;
  } else if (result.has("Content-Length")) {
    auto size =
      std::strtoul(result.header("Content-Length").c_str(), nullptr, 10);
    while (buffer_.size() < size)
      if (!fill())
        return std::nullopt;
    result.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
  } else {
    result.body = read_to_end();
  }
  return result;
}

http_response http_client::read(bool head) {
  auto result = try_read(head);
  if (!result)
    give_up(std::string{"no whole response before the connection "}
            + (socket_.was_reset() ? "was reset" : "was closed")
            + "; had: " + buffer_.substr(0, 300));
  return std::move(*result);
}

http_response http_client::request(std::string_view method,
                                   std::string_view target,
                                   const header_list& headers,
                                   std::string_view body) {
  // A peer that refuses early may already have closed its side for reading.
  send(request_bytes(method, target, headers, body));
  return read(method == "HEAD");
}

std::string http_client::read_to_end() {
  while (fill())
    ;
  return std::exchange(buffer_, {});
}

http_response fetch(std::uint16_t port, std::string_view method,
                    std::string_view target, const header_list& headers,
                    std::string_view body) {
  return fetch(tcp_socket{port}, method, target, headers, body);
}

http_response fetch(tcp_socket connection, std::string_view method,
                    std::string_view target, const header_list& headers,
                    std::string_view body) {
  return http_client{std::move(connection)}.request(method, target, headers,
                                                    body);
}

} // namespace livegrid::test
