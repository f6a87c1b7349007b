#include "livegrid/http/routes/method_not_allowed.hpp"

#include "livegrid/http/message/error_reply.hpp"

#include <string>

namespace livegrid {

http_reply method_not_allowed(const route& where) {
  auto reply = error_reply(405, "Method Not Allowed");
  std::string allowed;
  if (where.get)
    allowed = "GET, HEAD";
  else if (where.upgrade)
    allowed = "GET";
  if (where.post)
    allowed += allowed.empty() ? "POST" : ", POST";
  reply.headers.emplace_back("Allow", allowed + ", OPTIONS");
  return reply;
}

} // namespace livegrid
