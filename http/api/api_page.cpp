#include "livegrid/http/api/api_page.hpp"

#include <string>

#include <rapidjson/document.h>

#include "livegrid/http/json/json_rules.hpp"

namespace livegrid {

namespace {

using value = rapidjson::Value;

constexpr std::string_view head = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Live Grid: API</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
       padding: 0 1rem; }
h2 { font-size: 1rem; margin: 2.5rem 0 .5rem; border-top: 1px solid #8884;
     padding-top: 1rem; }
h2 b { display: inline-block; min-width: 4rem; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .75rem; background: #8881; border-radius: 4px; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; }
summary { cursor: pointer; }
</style>
)html";

void append_text(std::string& out, std::string_view text) {
  for (auto c : text)
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    default:
      out += c;
    }
}

/// Writes the parts of a document that people read.
class renderer {
public:
  renderer(std::string& out, const value& root) : out_(out), root_(root) {
    // nop
  }

  void heading(std::string_view what, std::string_view where) {
    out_ += "<h2><b>";
    append_text(out_, what);
    out_ += "</b> <code>";
    append_text(out_, where);
    out_ += "</code></h2>\n";
  }

  /// A member with text, if it is there, as a paragraph.
  void paragraph(const value& x, const char* key) {
    if (!x.HasMember(key))
      return;
    out_ += "<p>";
    append_text(out_, json_rules::text_of(x[key]));
    out_ += "\n";
  }

  void begin_table(std::string_view caption) {
    out_ += "<table><caption hidden>";
    append_text(out_, caption);
    out_ += "</caption>\n";
  }

  void line(std::string_view name, std::string_view text) {
    out_ += "<tr><th scope=\"row\"><code>";
    append_text(out_, name);
    out_ += "</code><td>";
    append_text(out_, text);
    out_ += "\n";
  }

  void end_table() {
    out_ += "</table>\n";
  }

  /// JSON behind a line that opens it.
  void details(std::string_view summary, const value& x) {
    out_ += "<details><summary>";
    append_text(out_, summary);
    out_ += "</summary><pre>";
    append_text(out_, json_rules::to_pretty_json(x));
    out_ += "</pre></details>\n";
  }

  /// What a reference of this document stands for, or the value itself.
  const value& resolve(const value& x) const {
    if (!x.IsObject() || !x.HasMember("$ref"))
      return x;
    std::string_view path = json_rules::text_of(x["$ref"]);
    path.remove_prefix(2);
    const auto* at = &root_;
    while (!path.empty()) {
      auto end = path.find('/');
      at = &(*at)[std::string{path.substr(0, end)}.c_str()];
      path.remove_prefix(end == path.npos ? path.size() : end + 1);
    }
    return *at;
  }

private:
  std::string& out_;
  const value& root_;
};

std::string description_of(const value& x) {
  return x.HasMember("description")
           ? std::string{json_rules::text_of(x["description"])}
           : std::string{};
}

void append_operation(renderer& out, std::string_view method,
                      std::string_view path, const value& x) {
  out.heading(method, path);
  out.paragraph(x, "summary");
  out.paragraph(x, "description");
  if (x.HasMember("parameters")) {
    out.begin_table("Parameters");
    for (const auto& p : x["parameters"].GetArray())
      out.line(std::string{"?"} + p["name"].GetString(), description_of(p));
    out.end_table();
  }
  if (x.HasMember("requestBody"))
    for (const auto& [type, body] : x["requestBody"]["content"].GetObject())
      out.details("Body as " + std::string{json_rules::text_of(type)}, body);
  out.begin_table("Answers");
  for (const auto& [status, answer] : x["responses"].GetObject())
    out.line(json_rules::text_of(status), description_of(out.resolve(answer)));
  out.end_table();
  const auto& ok = x["responses"]["200"];
  if (ok.HasMember("content"))
    for (const auto& [type, body] : ok["content"].GetObject())
      out.details("Answer as " + std::string{json_rules::text_of(type)},
                  body["schema"]);
}

void append_channel(renderer& out, const value& x) {
  out.heading("WS", json_rules::text_of(x["address"]));
  out.paragraph(x, "summary");
  if (x.HasMember("bindings")) {
    out.begin_table("Options");
    for (const auto& [name, option] :
         x["bindings"]["ws"]["query"]["properties"].GetObject())
      out.line(std::string{"?"} + name.GetString(), description_of(option));
    out.end_table();
  }
  for (const auto& [name, message] : x["messages"].GetObject()) {
    const auto& what = out.resolve(message);
    out.details(std::string{name.GetString()} + ": "
                  + what["summary"].GetString(),
                what["payload"]);
  }
}

} // namespace

std::string api_page(std::string_view openapi_json,
                     std::string_view asyncapi_json) {
  rapidjson::Document requests;
  requests.Parse(openapi_json.data(), openapi_json.size());
  rapidjson::Document sockets;
  sockets.Parse(asyncapi_json.data(), asyncapi_json.size());
  std::string result{head};
  result += "<h1>Live Grid ";
  append_text(result, json_rules::text_of(requests["info"]["version"]));
  result += "</h1>\n<p><a href=\"/\">The page</a>, "
            "<a href=\"/openapi.json\">openapi.json</a>, "
            "<a href=\"/asyncapi.json\">asyncapi.json</a>\n";
  renderer http{result, requests};
  for (const auto& [path, methods] : requests["paths"].GetObject())
    for (const auto& [method, operation] : methods.GetObject())
      append_operation(http, method == "get" ? "GET" : "POST",
                       json_rules::text_of(path), operation);
  renderer ws{result, sockets};
  for (const auto& [id, channel] : sockets["channels"].GetObject())
    append_channel(ws, channel);
  result += "</html>\n";
  return result;
}

} // namespace livegrid
