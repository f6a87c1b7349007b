#include "livegrid/http/widgets/widgets.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "livegrid/http/json/json_document.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/system/base64.hpp"
#include "livegrid/http/system/secret.hpp"
#include "livegrid/http/widgets/apps.hpp"
#include "livegrid/http/widgets/builtin_widgets.hpp"
#include "livegrid/http/widgets/live_grid.hpp"
#include "livegrid/http/widgets/widget_doubts.hpp"
#include "livegrid/http/widgets/widget_endpoint.hpp"
#include "livegrid/http/widgets/widget_rules.hpp"
#include "livegrid/http/widgets/widget_symbols.hpp"

namespace livegrid {

using json_rules::fault;
using json_rules::find_string;
using json_rules::quoted;
using json_rules::text_of;

namespace {

using value = rapidjson::Value;

/// Below these a widget is hard to read, says Workspace's documentation.
constexpr int advised_width = 10;
constexpr int advised_height = 4;

/// Checks one file of definitions from its first widget to its last.
class loader {
public:
  loader(std::string_view origin, std::span<const std::string_view> own)
    : origin_(origin), own_(own) {
    // nop
  }

  expected<widget_set, std::string> load(std::string_view text) {
    auto parsed = parse_document(text);
    if (!parsed)
      return unexpected{origin_ + ": " + parsed.error()};
    const auto& doc = *parsed;
    if (!doc.IsObject())
      return unexpected{origin_
                        + ": must be an object of widgets by their ids, not "
                        + json_rules::describe(doc)};
    for (const auto& [key, definition] : doc.GetObject())
      if (auto bad = add(text_of(key), definition))
        return unexpected{*std::move(bad)};
    if (auto bad = check_paths())
      return unexpected{*std::move(bad)};
    share_params();
    look_for_unserved(doc);
    for (const auto& [key, definition] : doc.GetObject())
      doubt(text_of(key), definition);
    if (result_.widgets.empty())
      result_.warnings.push_back(origin_ + ": there is no live_grid in it");
    result_.widgets_json = json_rules::to_json(doc);
    result_.widgets_with_token = token_template{result_.widgets_json};
    result_.apps_json = apps_json(result_.widgets);
    return std::move(result_);
  }

private:
  std::string message(std::string_view id, const fault& x) const {
    auto result = origin_ + ": widget " + livegrid::quoted(id) + ": ";
    if (!x.path.empty()) {
      // A path's first dot joins it to nothing.
      result.append(x.path, 1);
      result += ": ";
    }
    return result + x.reason;
  }

  void warn(std::string_view id, const fault& x) {
    result_.warnings.push_back(message(id, x));
  }

  std::optional<std::string> add(std::string_view id, const value& definition) {
    if (id.empty())
      return message(id, {"", "an id may not be empty"});
    if (auto bad = check_widget(definition))
      return message(id, *bad);
    for (const auto& key : unknown_keys(definition))
      warn(id, {"", "Workspace does not know " + livegrid::quoted(key)
                      + " and tells its user so"});
    if (widget_type(definition) != "live_grid")
      return std::nullopt;
    auto made = make_live_grid(id, definition, own_);
    if (!made)
      return message(id, made.error());
    auto& x = *made;
    for (const auto& doubt : doubts_of(x, definition))
      warn(id, doubt);
    if (x.width < advised_width || x.height < advised_height)
      warn(id, {".gridData", "is smaller than 10 by 4, hard to read"});
    result_.widgets.push_back(std::move(x));
    return std::nullopt;
  }

  /// Widgets may share a path as long as it is clear what it serves.
  std::optional<std::string> check_paths() const {
    std::map<std::string_view, const widget*> gets;
    std::map<std::string_view, const widget*> sockets;
    for (const auto& x : result_.widgets) {
      auto [other, is_new] = gets.emplace(x.endpoint_path, &x);
      if (!is_new && other->second->cells != x.cells)
        return shared(x, ".endpoint", *other->second, "other cells");
      if (x.ws_path.empty())
        continue;
      auto [peer, is_first] = sockets.emplace(x.ws_path, &x);
      if (is_first)
        continue;
      if (peer->second->cells != x.cells)
        return shared(x, ".wsEndpoint", *peer->second, "other cells");
      if (peer->second->row_id != x.row_id)
        return shared(x, ".wsEndpoint", *peer->second, "another row id");
    }
    for (const auto& x : result_.widgets)
      if (auto i = sockets.find(x.endpoint_path); i != sockets.end())
        return message(
          x.id, {".endpoint", x.endpoint_path + " is the wsEndpoint of widget "
                                + livegrid::quoted(i->second->id)});
    return std::nullopt;
  }

  /// Where widgets share an endpoint, each may ask by the parameters of all.
  void share_params() {
    auto own = result_.widgets;
    for (auto& x : result_.widgets)
      for (const auto& y : own) {
        auto same_socket = !x.ws_path.empty() && x.ws_path == y.ws_path;
        if (x.id == y.id
            || (x.endpoint_path != y.endpoint_path && !same_socket))
          continue;
        if (!x.asked.declared && y.asked.declared)
          warn(x.id, {same_socket ? ".wsEndpoint" : ".endpoint",
                      "is also that of widget " + livegrid::quoted(y.id)
                        + ", which has a param for symbols, so that nothing is "
                          "shown here: add {\"paramName\": \"symbol\", "
                          "\"value\": \"*\", \"show\": false}"});
        x.asked.join(y.asked);
      }
  }

  std::string shared(const widget& x, std::string path, const widget& other,
                     std::string_view what) const {
    return message(x.id, {std::move(path),
                          "is also that of widget " + livegrid::quoted(other.id)
                            + ", which has " + std::string{what}});
  }

  /// Widgets of other types are passed on; what they ask for may be nowhere.
  void look_for_unserved(const rapidjson::Document& doc) {
    std::set<std::string_view> served;
    for (const auto& x : result_.widgets)
      served.insert(x.endpoint_path);
    for (const auto& [key, definition] : doc.GetObject()) {
      if (widget_type(definition) == "live_grid")
        continue;
      auto endpoint = parse_widget_endpoint(
        find_string(definition, "endpoint").value(), own_);
      if (endpoint && !served.contains(endpoint->path))
        warn(text_of(key),
             {".endpoint", "nothing is served at " + endpoint->path});
    }
  }

  /// Says in one line what several widgets have in common.
  void doubt(std::string_view id, const value& definition) {
    for (const auto& x : doubts_of_use(definition)) {
      auto [known, is_new] =
        doubted_.try_emplace(x.reason, result_.doubts.size());
      if (is_new)
        result_.doubts.push_back(message(id, x));
      else
        result_.doubts[known->second] += "; so has " + livegrid::quoted(id);
    }
  }

  std::string origin_;
  std::span<const std::string_view> own_;
  std::map<std::string, std::size_t> doubted_; ///< where in the doubts
  widget_set result_;
};

/// Puts the token behind each wsEndpoint.
void add_token(rapidjson::Document& doc, const std::string& token) {
  for (auto& [key, definition] : doc.GetObject()) {
    // Those of other types may be anywhere.
    if (widget_type(definition) != "live_grid")
      continue;
    auto socket = definition.FindMember("wsEndpoint");
    if (socket == definition.MemberEnd() || !socket->value.IsString())
      continue;
    std::string text{text_of(socket->value)};
    text += text.find('?') == text.npos ? '?' : '&';
    text += "token=" + token;
    socket->value.SetString(text.data(),
                            static_cast<rapidjson::SizeType>(text.size()),
                            doc.GetAllocator());
  }
}

/// @param symbols null if whoever asks may see all.
std::string rewritten(const std::string& json, const std::string& token,
                      const symbol_filter* symbols) {
  auto parsed = parse_document(json);
  // It was read, and written, by the same hands.
  auto& doc = *parsed;
  if (symbols)
    narrow_symbols(doc, *symbols);
  if (!token.empty())
    add_token(doc, token);
  return json_rules::to_json(doc);
}

} // namespace

expected<widget_set, std::string>
load_widgets(const std::string& path, std::span<const std::string_view> own) {
  if (path.empty())
    return parse_widgets(builtin_widgets(), "built-in widgets", own);
  auto text = read_definitions(path);
  if (!text)
    return unexpected{path + ": " + text.error()};
  return parse_widgets(*text, path, own);
}

expected<widget_set, std::string>
parse_widgets(std::string_view text, std::string_view origin,
              std::span<const std::string_view> own) {
  return loader{origin, own}.load(text);
}

std::string widgets_for(const std::string& json, const std::string& token,
                        const symbol_filter& symbols) {
  return rewritten(json, token, &symbols);
}

token_template::token_template(const std::string& json) {
  // No definition can know it beforehand.
  auto mark = "livegrid-" + to_base64url(random_bytes(24));
  auto text = rewritten(json, mark, nullptr);
  for (std::string_view rest = text;;) {
    auto at = rest.find(mark);
    parts_.emplace_back(rest.substr(0, at));
    if (at == rest.npos)
      break;
    rest.remove_prefix(at + mark.size());
  }
}

std::string token_template::with(std::string_view token) const {
  std::string result;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (i > 0)
      result += token;
    result += parts_[i];
  }
  return result;
}

} // namespace livegrid
