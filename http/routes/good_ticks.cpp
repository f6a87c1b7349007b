#include "livegrid/http/routes/good_ticks.hpp"

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "livegrid/actors/market/ingress.hpp"
#include "livegrid/http/message/error_reply.hpp"

namespace livegrid {

namespace {

/// The market names all ticks that it refuses: more of them are there only if
/// others were faster meanwhile, and have taken places that were free.
constexpr int max_tries = 8;

static_assert(refusal::max_others + 1 >= refused_ticks::max_told);

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
    // What is not one tick's is all of theirs.
    if (why.code != errc::invalid || !leave_out(why)) {
      give(unexpected{std::move(why)});
    } else if (ticks_.batch.ticks.empty()) {
      give(taken_ticks{0, std::move(ticks_.refused)});
    } else if (tries_ + 1 == max_tries) {
      give(unexpected{refusal{.code = errc::unavailable,
                              .message =
                                "others have taken the places that were free, "
                                "again and again: try again in a second",
                              .type = "busy"}});
    } else {
      publish(std::move(to_), std::move(ticks_), std::exchange(take_, nullptr),
              tries_ + 1);
    }
  }

  /// Leaves out the ticks that it names; false if it names none.
  bool leave_out(const refusal& why) {
    auto& all = ticks_.batch.ticks;
    std::vector<bool> out(all.size());
    auto note = [&](std::size_t i, const std::string& field,
                    const std::string& message, const std::string& type) {
      if (i >= all.size() || out[i])
        return;
      out[i] = true;
      ticks_.refused.add({.element = ticks_.elements[i],
                          .field = field,
                          .message = message,
                          .type = type,
                          .symbol = all[i].symbol.str()});
    };
    if (why.element < 0 || static_cast<std::size_t>(why.element) >= all.size())
      return false;
    note(static_cast<std::size_t>(why.element), why.field, why.message,
         why.type);
    for (const auto& x : why.others)
      note(x.element, x.field, x.message, x.type);
    // These are counted, and never told: there are enough before them.
    for (auto i : why.more)
      note(i, why.field, why.message, why.type);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!out[i]) {
        if (kept != i) {
          all[kept] = std::move(all[i]);
          ticks_.elements[kept] = ticks_.elements[i];
        }
        ++kept;
      }
    all.resize(kept);
    ticks_.elements.resize(kept);
    return true;
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
  if (x.batch.ticks.empty() && x.refused.all > 0)
    return take(taken_ticks{0, std::move(x.refused)});
  x.batch.tells_all = true;
  good_ticks_replier::publish(to, std::move(x), std::move(take), 0);
}

} // namespace livegrid
