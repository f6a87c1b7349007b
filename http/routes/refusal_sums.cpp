#include "livegrid/http/routes/refusal_sums.hpp"

#include <asio/post.hpp>

namespace livegrid {

namespace {

/// Symbols that are told apart in one turn.
constexpr std::size_t max_told_apart = 64;

} // namespace

refusal_sums::refusal_sums(asio::io_context& context, ingress_actor to)
  : context_(context), to_(std::move(to)) {
  // nop
}

void refusal_sums::note(const feed_id& from, const std::string& symbol,
                        const std::string& why) {
  if (sums_.empty())
    asio::post(context_, [me = shared_from_this()] { me->send(); });
  auto named = sums_.size() < max_told_apart || sums_.contains({from, symbol});
  auto& x = sums_[{from, named ? symbol : std::string{}}];
  ++x.count;
  x.last = why;
}

void refusal_sums::send() {
  for (auto& [which, x] : std::exchange(sums_, {}))
    caf::anon_send(to_, refuse_atom_v, which.first, which.second,
                   std::move(x.last), x.count);
}

} // namespace livegrid
