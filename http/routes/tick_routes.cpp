#include "livegrid/http/routes/tick_routes.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "livegrid/http/message/body_coding.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/routes/publisher_endpoint.hpp"

namespace livegrid {

std::span<const route_row<tick_routes>> tick_routes::rows() noexcept {
  static constexpr auto all = std::to_array<route_row<tick_routes>>({
    {.path = "/ticks",
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
  auto read = intake_.read(plain ? *plain : request.body, from);
  if (auto* refused = std::get_if<tick_intake::refused>(&read))
    return to(error_reply(refused->why));
  intake_.publish(std::get<tick_intake::checked>(std::move(read)),
                  [to](const tick_answer& x) {
                    if (auto* why = std::get_if<refusal>(&x))
                      to(error_reply(*why));
                    else
                      to({.body = accepted_body(std::get<accepted>(x))});
                  });
}

upgrade_answer tick_routes::upgrade_ticks(const http_request& request) {
  return ws_route_target{max_body_, std::make_unique<publisher_endpoint>(
                                      intake_, log_, request.who,
                                      seats_.take(request.who), ++publishers_)};
}

} // namespace livegrid
