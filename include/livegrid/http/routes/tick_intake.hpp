#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <asio/io_context.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/actors/access/caller.hpp"
#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/market/ingress.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/readers/tick_reader.hpp"
#include "livegrid/http/routes/good_ticks.hpp"
#include "livegrid/http/routes/refusal_sums.hpp"
#include "livegrid/replier.hpp"

namespace livegrid {

class access_guard;

/// Who sends a message with ticks. Refers to what its connection knows.
struct tick_sender {
  feed_id feed;
  const caller& who;
  std::string_view peer;       ///< address and port
  std::uint64_t publisher = 0; ///< see `tick_batch::publisher`
  std::uint64_t seq_of = 0;    ///< see `tick_batch::seq_of`
};

/// The way of ticks from a client to the ingress, whatever they come by: they
/// are read, and checked against what their sender may publish, all or nothing.
/// What is refused is counted and logged, and the market is told. Belongs to
/// the loop's thread.
class tick_intake {
public:
  /// Ticks that the ingress may have.
  struct checked {
    tick_batch batch;
    bool single = false; ///< a tick alone, not an array of one

    /// If good ticks alone are taken: what was left out so far, and of each
    /// tick its element.
    std::optional<refused_ticks> refused;
    std::vector<std::int64_t> elements;

    /// Whether good ticks alone are taken, and none is.
    bool all_bad() const noexcept {
      return batch.ticks.empty() && refused && refused->all > 0;
    }
  };

  /// How their sender is refused.
  struct refused {
    refusal why;

    /// Whether he sends too many ticks, and none that is wrong.
    bool over_limit = false;
  };

  /// @param guard knows what a sender may publish, and must outlive this.
  tick_intake(asio::io_context& loop, ingress_actor to, access_guard& guard,
              counters_ptr stats, log_ptr log);

  /// Reads a body or a message.
  expected<checked, refused> read(std::string_view text,
                                  const tick_sender& from,
                                  taking which = taking::all_or_none);

  /// Refuses what is no ticks. Whoever sends too much of that is told that, and
  /// not what is wrong with it.
  refused refuse(const tick_sender& from, refusal why);

  /// Sends ticks on.
  /// @param take is called once with a `tick_answer`, on whichever thread has
  ///        it; that nobody has answered is an answer, too.
  template <class Take>
  void publish(checked x, Take take) {
    if (x.refused)
      return publish_good_ticks(
        to_, {std::move(x.batch), std::move(x.elements), *std::move(x.refused)},
        std::move(take));
    publish_to(std::move(x.batch),
               std::make_shared<replier_for<Take>>(x.single, std::move(take)));
  }

  /// Tells the market that a feed is up or down, behind the ticks that the
  /// ingress has.
  /// @param whose for the operator.
  void tell(const feed_id& feed, bool up, std::string whose);

  /// The same of a feed that has broken off without a word.
  void tell_broken(const feed_id& feed);

private:
  template <class Take>
  class replier_for final : public replier {
  public:
    replier_for(bool single, Take take)
      : take_(std::move(take)), single_(single) {
      // nop
    }

    ~replier_for() override {
      give(unexpected{unsure_of_ticks("nobody has answered")});
    }

    void reply(answer x) override {
      if (auto* taken = std::get_if<accepted>(&x))
        give(taken_ticks{taken->ticks, {}});
      else if (auto* error = std::get_if<caf::error>(&x))
        give(unexpected{to_refusal(*error)});
    }

  private:
    void give(tick_answer x) {
      if (std::exchange(given_, true))
        return;
      // A tick that came alone has no place among others.
      if (!x && single_)
        x.error().element = -1;
      take_(x);
    }

    Take take_;
    bool single_;
    bool given_ = false;
  };

  void publish_to(tick_batch batch, replier_ptr to);

  /// Leaves out what the sender may not publish, and tells of all that was.
  /// Whoever sends too much of which nothing is good is refused.
  expected<checked, refused> take_good(parsed_ticks x, const tick_sender& from);

  /// @param all how many were left out, if good ticks alone are taken.
  void note_refused(const tick_sender& from, const refusal& why,
                    std::uint64_t all);

  ingress_actor to_;
  access_guard& guard_;
  counters_ptr stats_;
  log_ptr log_;
  std::shared_ptr<refusal_sums> sums_;
};

} // namespace livegrid
