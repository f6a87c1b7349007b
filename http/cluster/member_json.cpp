#include "livegrid/http/cluster/member_json.hpp"

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/json/json_document.hpp"
#include "livegrid/http/json/json_rules.hpp"

namespace livegrid {

namespace {

const char* bool_text(bool x) noexcept {
  return x ? "true" : "false";
}

const json_rules::rule& member_rule() {
  using namespace json_rules;
  static const auto result = object({
    required("instance", string(1)),
    required("address", string(1)),
    required("port", number(1, 65535)),
    required("owns_symbols", boolean()),
    required("serves_http", boolean()),
    required("protocol", number(0, 4294967295)),
  });
  return result;
}

} // namespace

std::string to_json(const member& x) {
  std::string result = "{\"instance\":";
  append_json_string(result, x.instance);
  result += ",\"address\":";
  append_json_string(result, x.address);
  result += ",\"port\":" + std::to_string(x.port);
  result += ",\"owns_symbols\":";
  result += bool_text(x.owns_symbols);
  result += ",\"serves_http\":";
  result += bool_text(x.serves_http);
  result += ",\"protocol\":" + std::to_string(x.protocol);
  if (!x.pinned.empty()) {
    result += ",\"pinned\":[";
    for (const auto& symbol : x.pinned) {
      if (result.back() != '[')
        result += ',';
      append_json_string(result, symbol.str());
    }
    result += ']';
  }
  return result + '}';
}

expected<member, std::string> parse_member(std::string_view name,
                                           std::string_view text) {
  if (!valid_member_name(name))
    return unexpected{"its name cannot be one"};
  if (text.size() > max_member_json)
    return unexpected{"is larger than " + std::to_string(max_member_json)
                      + " bytes"};
  auto parsed = parse_document(text);
  if (!parsed)
    return unexpected{std::move(parsed).error()};
  const auto& doc = *parsed;
  if (auto fault = member_rule()(doc))
    return unexpected{fault->path + " " + fault->reason};
  member result;
  result.name = name;
  result.instance = *json_rules::find_string(doc, "instance");
  result.address = *json_rules::find_string(doc, "address");
  const auto& port = *json_rules::find(doc, "port");
  const auto& protocol = *json_rules::find(doc, "protocol");
  if (!port.IsUint() || !protocol.IsUint())
    return unexpected{"its port and protocol must be whole numbers"};
  result.port = static_cast<std::uint16_t>(port.GetUint());
  result.protocol = protocol.GetUint();
  result.owns_symbols = json_rules::find(doc, "owns_symbols")->GetBool();
  result.serves_http = json_rules::find(doc, "serves_http")->GetBool();
  if (const auto* pinned = json_rules::find(doc, "pinned")) {
    if (!pinned->IsArray())
      return unexpected{"pinned must be a list"};
    for (const auto& x : pinned->GetArray()) {
      auto symbol = x.IsString()
                      ? symbol_name::parse({x.GetString(), x.GetStringLength()})
                      : std::nullopt;
      if (!symbol)
        return unexpected{"pinned must be names of symbols"};
      result.pinned.emplace_back(std::move(*symbol));
    }
  }
  if (!result.valid())
    return unexpected{"its instance, address or pinned symbols cannot be"};
  return result;
}

} // namespace livegrid
