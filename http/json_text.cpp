#include "livegrid/http/json_text.hpp"

namespace livegrid {

std::string error_body(const refusal& x, std::string_view where) {
  std::string out = "{\"detail\":";
  if (x.code != errc::invalid) {
    append_json_string(out, x.message);
    // Where there is no status, on a WebSocket, it has to be told from others.
    if (x.code == errc::unsure)
      out += ",\"type\":\"unsure\"";
    out += '}';
    return out;
  }
  out += "[{\"loc\":[";
  append_json_string(out, where);
  if (x.element >= 0) {
    out += ',';
    out += std::to_string(x.element);
  }
  if (!x.field.empty()) {
    out += ',';
    append_json_string(out, x.field);
  }
  out += "],\"msg\":";
  append_json_string(out, x.message);
  out += ",\"type\":";
  append_json_string(out, x.type);
  out += "}]}";
  return out;
}

} // namespace livegrid
