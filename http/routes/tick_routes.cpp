#include "livegrid/http/routes/tick_routes.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/message/body_coding.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/http/routes/publisher_endpoint.hpp"
#include "livegrid/http/routes/unknown_params.hpp"

namespace livegrid {

namespace {

constexpr api_path ticks_api{
  .path = "/ticks",
  .operations = R"json({"post": {
  "operationId": "post_ticks",
  "tags": ["ticks"],
  "summary": "Publish ticks: one, an array of them, or one a line",
  "description": "Applied whole or not at all. Once it is answered with 200, the owner of each symbol has it: a GET that follows shows it. Any Content-Type is taken, and gzip as Content-Encoding: http.max-body counts for what comes of it.",
  "parameters": [{"name": "partial", "in": "query", "description": "true: the good ticks are applied, and refused says of the others which and why", "schema": {"type": "boolean", "default": false}}],
  "requestBody": {"required": true, "content": {
    "application/json": {
      "schema": {"oneOf": [{"$ref": "#/components/schemas/Tick"}, {"type": "array", "items": {"$ref": "#/components/schemas/Tick"}}]},
      "example": {"symbol": "AAPL", "price": 189.41, "prev_close": 189.46, "volume": 22894778}
    },
    "application/x-ndjson": {"schema": {"type": "string"}}
  }},
  "responses": {
    "200": {"description": "All of them count; with partial=true all but those that are refused", "headers": {"warnings": {"description": "What was ignored", "schema": {"type": "string"}}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}}}},
    "400": {"$ref": "#/components/responses/Error"},
    "401": {"$ref": "#/components/responses/Error"},
    "403": {"$ref": "#/components/responses/Error"},
    "413": {"$ref": "#/components/responses/Error"},
    "415": {"description": "A Content-Encoding other than gzip; Accept-Encoding says so", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
    "422": {"$ref": "#/components/responses/Invalid"},
    "429": {"$ref": "#/components/responses/Error"},
    "503": {"description": "None of them counts, nor will: they may be sent again, in a second if Retry-After says so", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
    "504": {"description": "It is not known whether they count: they may have been taken, or may yet be. With a seq each they may be sent again", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Unsure"}}}}
  }
}})json",
  .schemas = R"json({
  "Accepted": {"type": "object", "required": ["accepted"], "properties": {
    "accepted": {"type": "integer", "minimum": 0},
    "refused": {"description": "With partial=true alone: the first 100, in their order", "type": "array", "maxItems": 100, "items": {"type": "object", "required": ["loc", "msg", "type"], "properties": {"loc": {"type": "array", "items": {"type": ["string", "integer"]}}, "msg": {"type": "string"}, "type": {"type": "string"}}}},
    "refused_more": {"description": "How many more were refused", "type": "integer", "minimum": 1}
  }},
  "Unsure": {"type": "object", "required": ["detail", "type"], "properties": {"detail": {"type": "string"}, "type": {"const": "unsure"}}}
})json",
  .sockets = R"json({
  "channels": {
    "ticks": {
      "address": "/ticks",
      "summary": "Ticks in: the bodies of POST /ticks, a message each",
      "bindings": {"ws": {"query": {"type": "object", "properties": {"partial": {"type": "boolean", "default": false, "description": "true: the good ticks of each message are applied, and refused says of the others which and why"}}}}},
      "messages": {
        "ticks": {"$ref": "#/components/messages/Ticks"},
        "accepted": {"$ref": "#/components/messages/Accepted"},
        "refused": {"$ref": "#/components/messages/Refused"},
        "unsure": {"$ref": "#/components/messages/Unsure"}
      }
    }
  },
  "operations": {
    "publish_ticks": {
      "action": "receive",
      "channel": {"$ref": "#/channels/ticks"},
      "summary": "Each message is answered by one, in order",
      "messages": [{"$ref": "#/channels/ticks/messages/ticks"}],
      "reply": {
        "channel": {"$ref": "#/channels/ticks"},
        "messages": [{"$ref": "#/channels/ticks/messages/accepted"}, {"$ref": "#/channels/ticks/messages/refused"}, {"$ref": "#/channels/ticks/messages/unsure"}]
      }
    }
  },
  "messages": {
    "Ticks": {"summary": "One tick, an array of them, or one a line", "payload": {"oneOf": [{"type": "object", "required": ["symbol"]}, {"type": "array", "items": {"type": "object", "required": ["symbol"]}}]}, "examples": [{"payload": {"symbol": "AAPL", "price": 189.41}}]},
    "Accepted": {"summary": "All of them count; with partial=true all but those that are refused", "payload": {"type": "object", "required": ["accepted"], "properties": {"accepted": {"type": "integer"}, "refused": {"type": "array", "maxItems": 100, "items": {"type": "object", "required": ["loc", "msg", "type"]}}, "refused_more": {"type": "integer", "minimum": 1}}}},
    "Refused": {"summary": "None of them counts, nor will: what is wrong", "payload": {"type": "object", "required": ["detail"], "properties": {"detail": {"type": ["string", "array"]}}}},
    "Unsure": {"summary": "It is not known whether they count: they may have been taken, or may yet be. With a seq each they may be sent again", "payload": {"type": "object", "required": ["detail", "type"], "properties": {"detail": {"type": "string"}, "type": {"const": "unsure"}}}}
  }
})json",
};

/// What the query asks for.
struct ticks_query {
  /// Of a body or of each message.
  taking which = taking::all_or_none;

  std::string ignored; ///< see `unknown_params`
};

expected<ticks_query, refusal> read_query(const http_request& request) {
  auto params = parse_query(request.query);
  if (!params)
    return unexpected{refusal{.code = errc::malformed,
                              .message = "a broken escape in the query"}};
  ticks_query result{.ignored = unknown_params(*params, {"partial"})};
  for (const auto& [key, value] : *params) {
    if (key != "partial")
      continue;
    if (value != "true" && value != "false")
      return unexpected{refusal{.field = "partial",
                                .message = "partial: '"
                                           + std::string{cut_text(value, 64)}
                                           + "' is neither true nor false",
                                .type = "bool_parsing"}};
    result.which = value == "true" ? taking::good_ones : taking::all_or_none;
  }
  return result;
}

} // namespace

std::span<const route_row<tick_routes>> tick_routes::rows() noexcept {
  static constexpr auto all = std::to_array<route_row<tick_routes>>({
    {.api = ticks_api,
     .post = &tick_routes::post_ticks,
     .upgrade = &tick_routes::upgrade_ticks,
     .needs = scope::publish},
  });
  return all;
}

void tick_routes::post_ticks(const http_request& request, const responder& to) {
  tick_sender from{.feed = {source::post},
                   .who = request.who,
                   .peer = request.peer,
                   .publisher = publisher_of(request.who),
                   .seq_of = poster_of(request.who)};
  std::optional<std::string> plain;
  if (auto fault =
        decode_body(request.content_encoding, request.body, max_body_, plain)) {
    auto why = intake_
                 .refuse(from, {.code = errc::malformed,
                                .message = std::string{fault->why}})
                 .why;
    // What is told may be that he sends too much of that.
    auto reply = why.code == errc::limited
                   ? error_reply(why)
                   : error_reply(fault->status, why.message);
    if (fault->status == 415)
      reply.headers.emplace_back("Accept-Encoding", "gzip");
    return to(std::move(reply));
  }
  auto asked = read_query(request);
  if (!asked)
    return to(error_reply(intake_.refuse(from, asked.error()).why, "query"));
  if (!asked->ignored.empty())
    note_unknown_params(*log_, request, asked->ignored);
  auto give = [to, ignored = asked->ignored](http_reply x) {
    if (!ignored.empty())
      x.headers.emplace_back("warnings", ignored);
    to(std::move(x));
  };
  auto read = intake_.read(plain ? *plain : request.body, from, asked->which);
  if (!read)
    return give(error_reply(read.error().why));
  intake_.publish(*std::move(read), [give](const tick_answer& x) {
    give(x ? http_reply{.body = accepted_body(*x)} : error_reply(x.error()));
  });
}

upgrade_answer tick_routes::upgrade_ticks(const http_request& request) {
  auto asked = read_query(request);
  if (!asked)
    return error_reply(400, asked.error().message);
  // Whoever opens a WebSocket sees no headers.
  if (!asked->ignored.empty())
    note_unknown_params(*log_, request, asked->ignored);
  return ws_route_target{max_body_,
                         std::make_unique<publisher_endpoint>(
                           intake_, log_, request.who, seats_.take(request.who),
                           ++publishers_, asked->which)};
}

} // namespace livegrid
