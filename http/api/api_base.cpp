#include "livegrid/http/api/api_base.hpp"

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
  "paths": {},
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
      "SymbolName": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[^ ,\"\\\\*?\\u0000-\\u001f\\u007f]([^,\"\\\\*?\\u0000-\\u001f\\u007f]*[^ ,\"\\\\*?\\u0000-\\u001f\\u007f])?$", "description": "1 to 64 bytes of printable ASCII and UTF-8 letters, without , \" \\ * ? and without blanks at its ends"},
      "Number": {"description": "A number, or its text", "oneOf": [{"type": "number"}, {"type": "string"}]},
      "Tick": {
        "type": "object",
        "required": ["symbol"],
        "minProperties": 2,
        "description": "A symbol and at least one more field; null means not given.",
        "properties": {"clear": {"description": "Names of cells to take back, before the others are set", "type": "array", "items": {"type": "string"}}},
        "additionalProperties": {"description": "A cell of that name, at most 64 a symbol", "type": ["number", "string", "boolean", "null"]}
      },
      "Error": {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}},
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
  "channels": {},
  "operations": {},
  "components": {
    "messages": {
      "Params": {
        "summary": "Which symbols from now on",
        "payload": {
          "type": "object",
          "properties": {
            "type": {"type": "string", "const": "params"},
            "params": {"type": "object", "properties": {"symbol": {
              "description": "Replaces the set, by the name that the widget has for it. []: none. \"*\": all, also those to come. null or without it: none where the widget has such a param, else all. At most 1000. May be called symbols, which wins where both are there.",
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
