#include "livegrid/http/routes/good_ticks.hpp"

#include <memory>
#include <utility>
#include <variant>

#include "livegrid/actors/market/ingress.hpp"
#include "livegrid/http/message/error_reply.hpp"

namespace livegrid {

namespace {

/// The market looks at all of a batch each time: whoever sends many ticks for
/// which there is no room is not to cost it more than that.
constexpr int max_tries = 16;

class good_ticks_replier final : public replier {
public:
  using take_function = std::function<void(const tick_answer&)>;

  good_ticks_replier(ingress_actor to, good_ticks ticks, take_function take,
                     int tries)
    : to_(std::move(to)),
      ticks_(std::move(ticks)),
      take_(std::move(take)),
      tries_(tries) {
    // nop
  }

  ~good_ticks_replier() override {
    if (take_)
      give(unexpected{unsure_of_ticks("nobody has answered")});
  }

  void reply(answer x) override {
    if (!take_)
      return;
    if (auto* taken = std::get_if<accepted>(&x))
      give(taken_ticks{taken->ticks, std::move(ticks_.refused)});
    else if (auto* error = std::get_if<caf::error>(&x))
      refused(to_refusal(*error));
  }

  static void publish(ingress_actor to, good_ticks x, take_function take,
                      int tries) {
    auto batch = x.batch;
    auto replier = std::make_shared<good_ticks_replier>(to, std::move(x),
                                                        std::move(take), tries);
    caf::anon_send(to, publish_atom_v, std::move(batch),
                   replier_ptr{std::move(replier)});
  }

private:
  void refused(refusal why) {
    auto at = static_cast<std::size_t>(why.element);
    // What is not one tick's is all of theirs.
    if (why.code != errc::invalid || at >= ticks_.batch.ticks.size()) {
      give(unexpected{std::move(why)});
      return;
    }
    leave_out(at, why);
    if (tries_ + 1 == max_tries)
      give_up();
    publish(std::move(to_), std::move(ticks_), std::exchange(take_, nullptr),
            tries_ + 1);
  }

  /// Leaves out a tick, and with it those of its symbol if that cannot be made.
  void leave_out(std::size_t at, const refusal& why) {
    const auto& all = ticks_.batch.ticks;
    auto symbol = all[at].symbol;
    auto whole_symbol = why.type == "too_many_symbols";
    keep_if([&](std::size_t i) {
      if (i != at && !(whole_symbol && all[i].symbol == symbol))
        return true;
      note(i, why);
      return false;
    });
  }

  void give_up() {
    keep_if([&](std::size_t i) {
      note(i, {.field = "symbol",
               .message = "not tried: " + std::to_string(max_tries)
                          + " others of its batch had no room",
               .type = "not_tried"});
      return false;
    });
  }

  void note(std::size_t i, refusal why) {
    why.element = ticks_.elements[i];
    why.symbol = ticks_.batch.ticks[i].symbol.str();
    ticks_.refused.add(std::move(why));
  }

  template <class Predicate>
  void keep_if(Predicate is_kept) {
    auto& all = ticks_.batch.ticks;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (is_kept(i)) {
        if (kept != i) {
          all[kept] = std::move(all[i]);
          ticks_.elements[kept] = ticks_.elements[i];
        }
        ++kept;
      }
    all.resize(kept);
    ticks_.elements.resize(kept);
  }

  void give(const tick_answer& x) {
    std::exchange(take_, nullptr)(x);
  }

  ingress_actor to_;
  good_ticks ticks_;
  take_function take_;
  int tries_;
};

} // namespace

std::string accepted_body(const taken_ticks& x) {
  auto result = "{\"accepted\":" + std::to_string(x.ticks);
  if (x.refused) {
    result += ",\"refused\":[";
    for (const auto& why : x.refused->told) {
      if (result.back() != '[')
        result += ',';
      append_fault(result, why, "body");
    }
    result += ']';
    if (auto more = x.refused->all - x.refused->told.size(); more > 0)
      result += ",\"refused_more\":" + std::to_string(more);
  }
  return result + '}';
}

void publish_good_ticks(const ingress_actor& to, good_ticks x,
                        std::function<void(const tick_answer&)> take) {
  good_ticks_replier::publish(to, std::move(x), std::move(take), 0);
}

} // namespace livegrid
