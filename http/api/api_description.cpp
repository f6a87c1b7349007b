#include "livegrid/http/api/api_description.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/http/api/api_base.hpp"
#include "livegrid/http/api/api_page.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

using document = rapidjson::Document;
using value = rapidjson::Value;

/// Puts a document together from constants and from what widgets bring.
class builder {
public:
  explicit builder(std::string_view base) {
    doc_.Parse(base.data(), base.size());
    rapidjson::Pointer{"/info/version"}.Set(doc_, text(version));
  }

  value text(std::string_view x) {
    return value{x.data(), static_cast<rapidjson::SizeType>(x.size()),
                 doc_.GetAllocator()};
  }

  /// A value written as JSON here in the source.
  value constant(const char* json) {
    document x{&doc_.GetAllocator()};
    x.Parse(json);
    return std::move(static_cast<value&>(x));
  }

  value object() {
    return value{rapidjson::kObjectType};
  }

  void add(value& to, std::string_view key, value x) {
    to.AddMember(text(key), x, doc_.GetAllocator());
  }

  /// Adds all that such an object has.
  /// @param json lives for ever.
  void add_all(value& to, std::string_view json) {
    document x{&doc_.GetAllocator()};
    x.Parse(json.data(), json.size());
    for (auto& [key, y] : x.GetObject())
      to.AddMember(key, y, doc_.GetAllocator());
  }

  /// A member of the document's top level.
  value& member(const char* key) {
    return doc_[key];
  }

  /// The schema of a widget's rows.
  value row_schema(const widget& x) {
    auto properties = object();
    auto all = value{rapidjson::kArrayType};
    for (const auto& name : x.cells) {
      add(properties, name, constant(cell_schema(name)));
      all.PushBack(text(name), doc_.GetAllocator());
    }
    auto result = constant(R"({"type": "object"})");
    add(result, "required", std::move(all));
    add(result, "properties", std::move(properties));
    return result;
  }

  document::AllocatorType& allocator() {
    return doc_.GetAllocator();
  }

  std::string json() const {
    return json_rules::to_json(doc_);
  }

private:
  static const char* cell_schema(std::string_view name) {
    auto which = parse_cell(name);
    if (!which)
      return R"({"type": ["number", "string", "boolean", "null"]})";
    switch (*which) {
    case cell::symbol:
      return R"({"type": "string"})";
    case cell::freshness:
      return R"({"type": "string", "enum": ["live", "quiet", "down", "never"]})";
    case cell::source:
      return R"({"type": ["string", "null"]})";
    case cell::date:
      return R"({"type": ["string", "null"], "format": "date"})";
    case cell::time:
      return R"({"type": ["string", "null"], "format": "date-time"})";
    default:
      return R"({"type": ["number", "null"]})";
    }
  }

  document doc_;
};

/// The schema of a value that a tick brings.
const char* schema_of(cell_kind x) {
  switch (x) {
  case cell_kind::symbol:
    return R"({"$ref": "#/components/schemas/SymbolName"})";
  case cell_kind::number:
    return R"({"$ref": "#/components/schemas/Number"})";
  case cell_kind::time:
    return R"({"type": ["number", "string"]})";
  case cell_kind::seq:
    return R"({"type": ["integer", "string"]})";
  case cell_kind::computed:
    break;
  }
  return "{}";
}

/// Describes what a tick may bring.
void add_fields(builder& to) {
  auto& properties = to.member("components")["schemas"]["Tick"]["properties"];
  for (const auto& x : known_cells) {
    if (x.kind == cell_kind::computed)
      continue;
    std::string doc{x.doc};
    std::erase(doc, '`');
    auto schema = to.constant(schema_of(x.kind));
    to.add(schema, "description", to.text(doc));
    to.add(properties, x.name, std::move(schema));
  }
}

/// What may stand in an id of either document.
std::string id_of(std::string_view path) {
  std::string result{path.substr(std::min<std::size_t>(1, path.size()))};
  for (auto& c : result)
    if (!std::isalnum(static_cast<unsigned char>(c)))
      c = '_';
  return result;
}

/// By which names one may ask beside the main one, the first of which wins.
std::string other_names(const symbol_params& x) {
  std::string result;
  for (const auto& name : x.names)
    if (name != x.main_name())
      result += (result.empty() ? "" : ", ") + name;
  return result.empty() ? "none" : result;
}

void add_get(builder& to, const widget& x, const std::string& id) {
  auto get = to.object();
  to.add(get, "operationId", to.text(id));
  to.add(get, "tags", to.constant(R"(["rows"])"));
  to.add(get, "summary", to.text("The rows of widget " + x.id));
  to.add(get, "description",
         to.text("A row for each symbol asked for, in that order; one that has "
                 "not traded has nulls."));
  auto parameters = to.constant(R"json([{
    "in": "query",
    "required": false,
    "schema": {"type": "string"},
    "example": "AAPL,MSFT"
  }, {
    "name": "with",
    "in": "query",
    "required": false,
    "description": "The cell source as well, whether the widget declares it or not",
    "schema": {"enum": ["source"]}
  }])json");
  auto& symbols = parameters[0];
  to.add(symbols, "name", to.text(x.asked.main_name()));
  to.add(symbols, "description",
         to.text("Symbols with commas between, or the parameter several times; "
                 "at most 1000. * is all of them, empty none. Without it: "
                 + std::string{x.asked.declared ? "none" : "all"} + ". "
                 + "Others of its names: " + other_names(x.asked) + "."));
  to.add(get, "parameters", std::move(parameters));
  auto rows = to.constant(R"({"type": "array"})");
  to.add(rows, "items", to.row_schema(x));
  auto body = to.object();
  to.add(body, "schema", std::move(rows));
  auto content = to.object();
  to.add(content, "application/json", std::move(body));
  auto ok = to.constant(
    R"json({"description": "The rows", "headers": {"X-Total-Rows": {"description": "How many there are where all are asked for, of which http.max-rows come", "schema": {"type": "integer"}}}})json");
  to.add(ok, "content", std::move(content));
  auto responses = to.object();
  to.add(responses, "200", std::move(ok));
  to.add(responses, "400",
         to.constant(R"({"$ref": "#/components/responses/Error"})"));
  to.add(responses, "422",
         to.constant(R"({"$ref": "#/components/responses/Invalid"})"));
  to.add(responses, "503",
         to.constant(R"({"$ref": "#/components/responses/Error"})"));
  to.add(get, "responses", std::move(responses));
  auto path = to.object();
  to.add(path, "get", std::move(get));
  to.add(to.member("paths"), x.endpoint_path, std::move(path));
}

void add_socket(builder& to, const widget& x, const std::string& id) {
  auto row = to.constant(
    R"({"summary": "A row; with cells=changed its id and what changed"})");
  to.add(row, "payload", to.row_schema(x));
  auto messages = to.object();
  to.add(messages, "params",
         to.constant(R"({"$ref": "#/components/messages/Params"})"));
  to.add(messages, "row", std::move(row));
  to.add(messages, "bad_input",
         to.constant(R"({"$ref": "#/components/messages/BadInput"})"));
  auto channel = to.object();
  to.add(channel, "address", to.text(x.ws_path));
  to.add(channel, "summary", to.text("The rows of widget " + x.id));
  to.add(channel, "bindings", to.constant(R"json({"ws": {"query": {
    "type": "object",
    "properties": {
      "cells": {"enum": ["all", "changed"], "default": "all", "description": "Whole rows, or the row id and the cells that changed"},
      "interval": {"type": "integer", "minimum": 0, "default": 0, "description": "Least time between two updates of one row, in ms"},
      "batch": {"enum": ["rows", "array"], "default": "rows", "description": "A row a message, or all rows of a flush as one array"},
      "with": {"enum": ["source"], "description": "The cell source as well, whether the widget declares it or not"}
    }
  }}})json"));
  to.add(channel, "messages", std::move(messages));
  to.add(to.member("channels"), id, std::move(channel));
  auto operation = [&](const char* action, const char* summary,
                       std::initializer_list<const char*> names) {
    auto ref = [&](const std::string& where) {
      auto result = to.object();
      to.add(result, "$ref", to.text("#/channels/" + where));
      return result;
    };
    auto result = to.object();
    to.add(result, "action", to.text(action));
    to.add(result, "channel", ref(id));
    to.add(result, "summary", to.text(summary));
    auto list = value{rapidjson::kArrayType};
    for (const auto* name : names)
      list.PushBack(ref(id + "/messages/" + name), to.allocator());
    to.add(result, "messages", std::move(list));
    return result;
  };
  auto& operations = to.member("operations");
  to.add(
    operations, "subscribe_" + id,
    operation("receive", "The client says which symbols it wants", {"params"}));
  to.add(operations, "send_" + id,
         operation("send",
                   "The current row of each symbol newly wanted, then each "
                   "update; the latest to those who cannot keep up",
                   {"row", "bad_input"}));
}

void add_own(builder& requests, builder& sockets, const api_path& x) {
  auto operations = requests.object();
  requests.add_all(operations, x.operations);
  requests.add(requests.member("paths"), x.path, std::move(operations));
  requests.add_all(requests.member("components")["schemas"], x.schemas);
  auto parts = sockets.object();
  sockets.add_all(parts, x.sockets);
  for (auto& [name, part] : parts.GetObject()) {
    auto& to = json_rules::text_of(name) == "messages"
                 ? sockets.member("components")["messages"]
                 : sockets.member(name.GetString());
    for (auto& [key, y] : part.GetObject())
      to.AddMember(key, y, sockets.allocator());
  }
}

} // namespace

api_description describe_api(const std::vector<widget>& widgets,
                             std::span<const api_path> own) {
  builder requests{openapi_base()};
  builder sockets{asyncapi_base()};
  add_fields(requests);
  auto& paths = requests.member("paths");
  auto& channels = sockets.member("channels");
  for (const auto& x : own)
    add_own(requests, sockets, x);
  std::set<std::string> operations;
  for (const auto& [path, methods] : paths.GetObject())
    for (const auto& [method, x] : methods.GetObject())
      operations.emplace(x["operationId"].GetString());
  std::set<std::string_view> addresses;
  for (const auto& x : widgets) {
    if (!paths.HasMember(x.endpoint_path.c_str())) {
      auto id = "get_" + id_of(x.endpoint_path);
      while (!operations.emplace(id).second)
        id += '_';
      add_get(requests, x, id);
    }
    if (!x.ws_path.empty() && addresses.emplace(x.ws_path).second) {
      auto id = id_of(x.ws_path);
      while (channels.HasMember(id.c_str()))
        id += '_';
      add_socket(sockets, x, id);
    }
  }
  api_description result{requests.json(), sockets.json(), {}};
  result.page = api_page(result.openapi_json, result.asyncapi_json);
  return result;
}

} // namespace livegrid
