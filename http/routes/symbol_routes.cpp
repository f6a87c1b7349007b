#include "livegrid/http/routes/symbol_routes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <memory>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/http/routes/unknown_params.hpp"

namespace livegrid {

namespace {

constexpr api_path symbols_api{
  .path = "/symbols",
  .operations = R"json({"get": {
  "operationId": "get_symbols",
  "tags": ["rows"],
  "summary": "All symbols, as a widget's optionsEndpoint",
  "parameters": [
    {"name": "limit", "in": "query", "description": "How many at most", "schema": {"type": "integer", "minimum": 1, "maximum": 20000, "default": 20000}},
    {"name": "after", "in": "query", "description": "Only those whose names come after it", "schema": {"type": "string"}},
    {"name": "q", "in": "query", "description": "Only those with that in their names, whatever the case", "schema": {"type": "string"}},
    {"name": "with", "in": "query", "description": "First of all an option * for all symbols", "schema": {"enum": ["all"]}}
  ],
  "responses": {"422": {"$ref": "#/components/responses/Invalid"}, "200": {"description": "Symbols in the order of their names; if there are more, Link says where (rel=next)", "headers": {"Link": {"schema": {"type": "string"}}, "warnings": {"description": "What was ignored, or that there are more", "schema": {"type": "string"}}}, "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object", "required": ["label", "value"], "properties": {"label": {"type": "string"}, "value": {"type": "string"}}}}}}}}
}})json",
};

/// Names of one answer, unless fewer are asked for: more than anybody picks
/// from, and no more bytes than a few of the largest bodies.
constexpr std::uint64_t max_names = 20'000;

constexpr std::chrono::seconds list_timeout{10};

/// What one asks for in the query of /symbols.
struct names_asked {
  name_query what{.limit = max_names, .as_options = true};
  bool limited = false;  ///< he has said how many
  bool with_all = false; ///< he wants to pick all as well
  std::string ignored;   ///< in words for him
};

expected<names_asked, refusal> read_query(std::string_view query) {
  auto params = parse_query(query);
  if (!params)
    return unexpected{refusal{.code = errc::malformed,
                              .message = "a broken escape in the query"}};
  names_asked result;
  for (const auto& [key, value] : *params) {
    if (key == "after")
      result.what.after = value;
    else if (key == "q")
      result.what.part = value;
    else if (key == "with" && value == "all")
      result.with_all = true;
    if (key != "limit" || value.empty())
      continue;
    auto end = value.data() + value.size();
    auto [at, ec] = std::from_chars(value.data(), end, result.what.limit);
    if (ec != std::errc{} || at != end || result.what.limit == 0
        || result.what.limit > max_names)
      return unexpected{
        refusal{.field = "limit",
                .message = "limit must be a whole number from 1 to "
                           + std::to_string(max_names),
                .type = "int_parsing"}};
    result.limited = true;
  }
  result.ignored = unknown_params(*params, {"limit", "after", "q", "with"});
  return result;
}

/// The same options, and before them one that stands for all symbols.
std::string with_all_first(std::string_view options) {
  std::string result = R"([{"label":"All symbols","value":"*"})";
  constexpr std::string_view none = "[]";
  if (options != none)
    result += ',';
  return result.append(options.substr(1));
}

/// A reference to the page behind this one (RFC 8288).
std::string link_to_next(const names_asked& x, std::string_view last) {
  auto result = "<?after=" + escape_query(last);
  if (x.limited)
    result += "&limit=" + std::to_string(x.what.limit);
  if (!x.what.part.empty())
    result += "&q=" + escape_query(x.what.part);
  return result + ">; rel=\"next\"";
}

http_reply to_reply(const names_asked& asked, const name_page& found) {
  http_reply result;
  // On the pages behind the first one it would stand in the middle.
  if (asked.with_all && asked.what.after.empty())
    result.body = with_all_first(*found.options);
  else
    result.shared = found.options;
  auto warning = asked.ignored;
  if (found.more) {
    result.headers.emplace_back("Link", link_to_next(asked, found.last));
    if (!asked.limited)
      warning += (warning.empty() ? "" : "; ")
                 + std::string{"there are more symbols than these "}
                 + std::to_string(max_names) + ": ask with q= or after=";
  }
  if (!warning.empty())
    result.headers.emplace_back("warnings", warning);
  return result;
}

/// Asks the directory once, and is gone.
class names_asker final : public caf::event_based_actor {
public:
  names_asker(caf::actor_config& cfg, directory_actor whom, names_asked what,
              responder to, question_gate::ticket place)
    : caf::event_based_actor(cfg),
      whom_(std::move(whom)),
      what_(std::move(what)),
      to_(std::move(to)),
      place_(std::move(place)) {
    // nop
  }

  caf::behavior make_behavior() override {
    request(whom_, list_timeout, list_atom_v, what_.what)
      .then([this](const name_page_ptr& x) { to_(to_reply(what_, *x)); },
            [this](const caf::error& x) { to_(error_reply(to_refusal(x))); });
    return {};
  }

private:
  directory_actor whom_;
  names_asked what_;
  responder to_;
  question_gate::ticket place_; ///< until it is gone
};

} // namespace

std::span<const route_row<symbol_routes>> symbol_routes::rows() noexcept {
  static constexpr auto all = std::to_array<route_row<symbol_routes>>({
    {.api = symbols_api,
     .get = &symbol_routes::get_symbols,
     .cost = &symbol_routes::cost},
  });
  return all;
}

void symbol_routes::get_symbols(const http_request& request,
                                const responder& to) {
  auto asked = read_query(request.query);
  if (!asked) {
    const auto& why = asked.error();
    note_bad_input(*all_.stats, *all_.log, counters::fault::query, request.peer,
                   "GET " + request.path, why.message);
    return to(error_reply(why, "query"));
  }
  auto& x = *asked;
  x.what.filter = request.who.symbols();
  if (!x.ignored.empty())
    note_unknown_params(*all_.log, request, x.ignored);
  ask_in_turn(*all_.questions, *all_.stats, *all_.log, request, to,
              [&sys = all_.sys, whom = all_.directory, to,
               what = std::move(x)](question_gate::ticket place) {
                caf::actor_config cfg;
                sys.spawn_class<names_asker, caf::no_spawn_options>(
                  cfg, whom, what, to, std::move(place));
              });
}

std::uint64_t symbol_routes::cost(const http_request& request) const {
  // A hundredth of a millisecond each costs as much as any other request; to
  // look into them costs less than to write them.
  constexpr std::uint64_t names_per_request = 2000;
  auto names = std::max(get(all_.stats->symbols), get(all_.stats->names));
  // An escape may hide one.
  if (request.query.find_first_of("q%") == std::string::npos)
    names = std::min(names, max_names);
  return 1 + names / names_per_request;
}

} // namespace livegrid
