#include "livegrid/http/api/api_description.hpp"

namespace livegrid {

std::string_view openapi_base() noexcept {
  return R"json({
  "openapi": "3.1.0",
  "info": {
    "title": "Live Grid",
    "version": "",
    "description": "A backend for OpenBB Workspace's live_grid widget: ticks in, rows out. The WebSockets are described in /asyncapi.json. Where the node has keys, everything but /health and /ready needs one: 401 without, 403 with a wrong one, 429 beyond its limits. 429 comes also where an address has as many connections as it may, or asks more often than it may.",
    "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"}
  },
  "servers": [{"url": "/"}],
  "security": [{}, {"key": []}, {"bearer": []}, {"query": []}],
  "tags": [
    {"name": "rows", "description": "What viewers read"},
    {"name": "ticks", "description": "What publishers send"},
    {"name": "workspace", "description": "What OpenBB Workspace fetches"},
    {"name": "node", "description": "What the node says of itself"}
  ],
  "paths": {
    "/": {"get": {
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
    }},
    "/widgets.json": {"get": {
      "operationId": "get_widgets",
      "tags": ["workspace"],
      "summary": "The widget definitions",
      "responses": {"200": {"description": "Definitions by widget id", "content": {"application/json": {"schema": {"type": "object", "additionalProperties": {"type": "object"}}}}}}
    }},
    "/apps.json": {"get": {
      "operationId": "get_apps",
      "tags": ["workspace"],
      "summary": "The dashboard that shows the widgets",
      "responses": {"200": {"description": "Apps", "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}}}
    }},
    "/symbols": {"get": {
      "operationId": "get_symbols",
      "tags": ["rows"],
      "summary": "All symbols, as a widget's optionsEndpoint",
      "parameters": [
        {"name": "limit", "in": "query", "description": "How many at most", "schema": {"type": "integer", "minimum": 1, "maximum": 20000, "default": 20000}},
        {"name": "after", "in": "query", "description": "Only those whose names come after it", "schema": {"type": "string"}},
        {"name": "q", "in": "query", "description": "Only those with that in their names, whatever the case", "schema": {"type": "string"}}
      ],
      "responses": {"422": {"$ref": "#/components/responses/Invalid"}, "200": {"description": "Symbols in the order of their names; if there are more, Link says where (rel=next)", "headers": {"Link": {"schema": {"type": "string"}}, "warnings": {"description": "What was ignored, or that there are more", "schema": {"type": "string"}}}, "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object", "required": ["label", "value"], "properties": {"label": {"type": "string"}, "value": {"$ref": "#/components/schemas/SymbolName"}}}}}}}}
    }},
    "/ticks": {"post": {
      "operationId": "post_ticks",
      "tags": ["ticks"],
      "summary": "Publish ticks: one, an array of them, or one a line",
      "description": "Applied whole or not at all. Once it is answered with 200, the owner of each symbol has it: a GET that follows shows it. Any Content-Type is taken, and gzip as Content-Encoding: http.max-body counts for what comes of it.",
      "requestBody": {"required": true, "content": {
        "application/json": {
          "schema": {"oneOf": [{"$ref": "#/components/schemas/Tick"}, {"type": "array", "items": {"$ref": "#/components/schemas/Tick"}}]},
          "example": {"symbol": "AAPL", "price": 189.41, "prev_close": 189.46, "volume": 22894778}
        },
        "application/x-ndjson": {"schema": {"type": "string"}}
      }},
      "responses": {
        "200": {"description": "All of them count", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}}}},
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
    }},
    "/health": {"get": {
      "operationId": "get_health",
      "tags": ["node"],
      "summary": "Whether the node can serve a subscriber",
      "description": "It proves it: it opens a WebSocket to itself and waits for a row, for 2 s at most. What it found counts for a second.",
      "responses": {
        "200": {"description": "It can", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}},
        "503": {"description": "It cannot, is full or going down; detail says which step failed", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}}
      }
    }},
    "/ready": {"get": {
      "operationId": "get_ready",
      "tags": ["node"],
      "summary": "Whether the node should be sent clients: it has started, is not going down, and in a cluster the others agree with it",
      "parameters": [{"name": "alive", "in": "query", "allowEmptyValue": true, "description": "With it: whether it goes on at all, always 200", "schema": {"type": "string"}}],
      "responses": {
        "200": {"description": "It has", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ready"}}}},
        "503": {"description": "It is starting or going down, or waits for its cluster; why says for what", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ready"}}}}
      }
    }},
    "/metrics": {"get": {
      "operationId": "get_metrics",
      "tags": ["node"],
      "summary": "Metrics in Prometheus's text format",
      "responses": {"200": {"description": "Metrics", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    }},
    "/openapi.json": {"get": {
      "operationId": "get_openapi",
      "tags": ["node"],
      "summary": "This description",
      "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}}
    }},
    "/asyncapi.json": {"get": {
      "operationId": "get_asyncapi",
      "tags": ["node"],
      "summary": "The description of the WebSockets",
      "responses": {"200": {"description": "AsyncAPI 3.0", "content": {"application/json": {"schema": {"type": "object"}}}}}
    }},
    "/docs": {"get": {
      "operationId": "get_docs",
      "tags": ["node"],
      "summary": "Both descriptions, to read",
      "responses": {"200": {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}}}
    }}
  },
  "components": {
    "securitySchemes": {
      "key": {"type": "apiKey", "in": "header", "name": "X-API-KEY"},
      "bearer": {"type": "http", "scheme": "bearer"},
      "query": {"type": "apiKey", "in": "query", "name": "api_key"}
    },
    "responses": {
      "Error": {"description": "What is wrong", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
      "Invalid": {"description": "Which part, which field, and why", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Invalid"}}}}
    },
    "schemas": {
      "SymbolName": {"type": "string", "pattern": "^[A-Za-z0-9._:/=^@&+-]{1,32}$"},
      "Number": {"description": "A number, or its text", "oneOf": [{"type": "number"}, {"type": "string"}]},
      "Tick": {
        "type": "object",
        "required": ["symbol"],
        "minProperties": 2,
        "description": "A symbol and at least one more field; null means not given.",
        "properties": {
          "symbol": {"$ref": "#/components/schemas/SymbolName"},
          "price": {"description": "Last price, above 0; moves high and low, and change follows", "$ref": "#/components/schemas/Number"},
          "volume": {"description": "The day's volume so far", "$ref": "#/components/schemas/Number"},
          "size": {"description": "Size of this trade, added to the volume unless that is given", "$ref": "#/components/schemas/Number"},
          "prev_close": {"description": "Previous close, above 0", "$ref": "#/components/schemas/Number"},
          "open": {"$ref": "#/components/schemas/Number"},
          "high": {"$ref": "#/components/schemas/Number"},
          "low": {"$ref": "#/components/schemas/Number"},
          "bid": {"$ref": "#/components/schemas/Number"},
          "ask": {"$ref": "#/components/schemas/Number"},
          "bid_size": {"$ref": "#/components/schemas/Number"},
          "ask_size": {"$ref": "#/components/schemas/Number"},
          "market_cap": {"$ref": "#/components/schemas/Number"},
          "time": {"description": "The source's time: epoch s, ms, us or ns, or ISO 8601", "type": ["number", "string"]},
          "seq": {"description": "The publisher's number for this symbol: one not above its own last is a repeat, 0 starts anew", "type": ["integer", "string"]}
        },
        "additionalProperties": {"description": "A cell of that name, at most 64 a symbol", "type": ["number", "string", "boolean", "null"]}
      },
      "Accepted": {"type": "object", "required": ["accepted"], "properties": {"accepted": {"type": "integer", "minimum": 0}}},
      "Health": {"type": "object", "required": ["status"], "properties": {"status": {"enum": ["ok", "failing", "full", "going down"]}, "detail": {"description": "Why it is not ok", "type": "string"}, "version": {"type": "string"}, "uptime_s": {"type": "integer"}, "symbols": {"type": "integer"}, "subscribers": {"type": "integer"}, "probe_ms": {"description": "How long the row took, or the failure", "type": "integer"}}},
      "Ready": {"type": "object", "required": ["status"], "properties": {"status": {"enum": ["ready", "starting", "waiting", "going down", "alive"]}, "why": {"description": "What it waits for: to be a member of its cluster; nodes that have seen other members than this one for more than 3 s; rows that another node has had for more than 3 s and viewers here have not", "type": "array", "items": {"enum": ["not_a_member", "owners_disagree", "viewers_behind"]}}, "detail": {"type": "string"}}},
      "Error": {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}},
      "Unsure": {"type": "object", "required": ["detail", "type"], "properties": {"detail": {"type": "string"}, "type": {"const": "unsure"}}},
      "Invalid": {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "array", "items": {"type": "object", "required": ["loc", "msg", "type"], "properties": {"loc": {"type": "array", "items": {"type": ["string", "integer"]}}, "msg": {"type": "string"}, "type": {"type": "string"}}}}}}
    }
  }
})json";
}

std::string_view asyncapi_base() noexcept {
  return R"json({
  "asyncapi": "3.0.0",
  "info": {
    "title": "Live Grid",
    "version": "",
    "description": "The WebSockets of a backend for OpenBB Workspace's live_grid widget. The rest is described in /openapi.json.",
    "license": {"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"}
  },
  "defaultContentType": "application/json",
  "channels": {
    "ticks": {
      "address": "/ticks",
      "summary": "Ticks in: the bodies of POST /ticks, a message each",
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
  "components": {
    "messages": {
      "Ticks": {"summary": "One tick, an array of them, or one a line", "payload": {"oneOf": [{"type": "object", "required": ["symbol"]}, {"type": "array", "items": {"type": "object", "required": ["symbol"]}}]}, "examples": [{"payload": {"symbol": "AAPL", "price": 189.41}}]},
      "Accepted": {"summary": "All of them count", "payload": {"type": "object", "required": ["accepted"], "properties": {"accepted": {"type": "integer"}}}},
      "Refused": {"summary": "None of them counts, nor will: what is wrong", "payload": {"type": "object", "required": ["detail"], "properties": {"detail": {"type": ["string", "array"]}}}},
      "Unsure": {"summary": "It is not known whether they count: they may have been taken, or may yet be. With a seq each they may be sent again", "payload": {"type": "object", "required": ["detail", "type"], "properties": {"detail": {"type": "string"}, "type": {"const": "unsure"}}}},
      "Params": {
        "summary": "Which symbols from now on",
        "payload": {
          "type": "object",
          "properties": {
            "type": {"type": "string", "const": "params"},
            "params": {"type": "object", "properties": {"symbol": {
              "description": "Replaces the set. null or nothing: it stays. []: none. \"*\": all, also those to come. At most 1000.",
              "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]
            }}}
          }
        },
        "examples": [{"payload": {"type": "params", "params": {"symbol": ["AAPL", "MSFT"]}}}]
      },
      "BadInput": {"summary": "What was wrong with a message; the connection stays", "payload": {"type": "object", "required": ["type", "detail"], "properties": {"type": {"const": "error"}, "detail": {"type": "string"}}}}
    }
  }
})json";
}

} // namespace livegrid
