#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/cluster/ownership.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

/// Those ticks of one batch that go to one owner.
struct batch_part {
  enum class phase : std::uint8_t {
    waits,
    publishing, ///< it is the whole batch
    preparing,
    prepared,
    refused, ///< what others say of their parts is not known yet
    committing,
    done,
  };

  std::uint64_t key = 0;   ///< anew each time it is sent
  std::string owner;       ///< the member's name
  std::uint64_t epoch = 0; ///< of the view when it was sent
  tick_batch ticks;
  std::vector<std::uint32_t> positions; ///< of the ticks, in the batch
  phase at = phase::waits;

  /// Other parts may be applied already: it must be, too.
  bool committed = false;

  /// It may have been applied: it was sent, and never answered.
  bool in_doubt = false;

  bool under_way() const noexcept {
    return at != phase::waits && at != phase::refused && at != phase::done;
  }
};

/// What batches under way need of the grid.
class batch_port {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~batch_port() = default;

  /// Whether that member can be sent ticks.
  virtual bool reachable(std::size_t member) const = 0;

  /// Sends that part to its owner, as its phase says. What becomes of it is
  /// told by `batches::answer` or `batches::refuse`, later.
  /// @param by_id whether the owner has it already, and is told its id alone.
  virtual void send_part(std::uint64_t number, const batch_part& what,
                         bool by_id) = 0;

  /// Its owner forgets that part, which it may have prepared.
  virtual void abort_part(const batch_part& what) = 0;

  virtual time_point now() const = 0;

  /// Asks for `batches::finish_late` and `batches::pump` by then at the latest.
  virtual void check_at(time_point when) = 0;
};

/// The batches of ticks that came in at this node and are not answered, each
/// applied once, whoever dies meanwhile.
///
/// * A batch whose symbols have one owner is *published* there. One whose
///   symbols have several is split into *parts*, which are *prepared* at each,
///   and *committed* when all of them would take it.
/// * A part that is not answered is sent again, to whoever owns the symbols
///   then: rows say which batches they show (`batch_mark`), so that the new
///   owner knows what the one before has applied.
/// * That holds as long as ticks of one symbol stay in order. So a batch that
///   *waits*, or may come back, *blocks* its symbols: later batches that have
///   one of them wait for it, as does whatever comes in after those.
/// * A part is *in doubt* if it may have been applied though nobody has said
///   so; whoever published it is told that, not that it was refused.
///
/// A plain object of the grid's, see grid.hpp.
class batches {
public:
  using time_point = batch_port::time_point;
  using part = batch_part;

  /// Told how many ticks were taken, or why none were.
  using reply = std::function<void(caf::expected<std::uint64_t>)>;

  batches(ownership& symbols, batch_port& port);

  /// @param node see `batch_id::node`
  /// @param name of this node
  void init(std::uint64_t node, std::string name);

  std::size_t size() const noexcept {
    return all_.size();
  }

  /// Whether no symbol's ticks have to wait.
  bool blocks_nothing() const noexcept {
    return blocked_.empty() && blockers_.empty();
  }

  /// Whether a batch of those ticks has to wait for others.
  bool must_wait(const tick_batch& ticks) const;

  /// Sends a batch on its way, or lets it wait.
  /// @param waits what `must_wait` says of it
  void begin(tick_batch ticks, bool waits, reply to);

  /// That part was taken, in the phase that it was sent in.
  /// @param key the one of the time when it was sent: what is said of a time
  ///            before does not count
  /// @param n how many ticks
  void answer(std::uint64_t number, std::uint64_t key, std::uint64_t n);

  /// That part was not taken.
  /// @param answered whether the owner says so, and has not applied it
  void refuse(std::uint64_t number, std::uint64_t key, caf::error why,
              bool answered);

  /// What was sent to that member may not have arrived, or may not count.
  void recall(const std::string& owner);

  /// What is under way by the view before may come back: until it is answered,
  /// nothing may overtake it.
  void hold_under_way();

  /// Sends what waits, as far as it can be.
  void pump();

  /// Answers those who have waited too long.
  void finish_late(time_point now);

private:
  /// A batch that has not been answered.
  struct batch {
    std::uint64_t number = 0;
    reply to;
    time_point due; ///< when whoever published it has waited too long
    std::vector<part> parts;
    std::uint64_t taken = 0; ///< ticks

    /// What owners refuse, whose batch wants all of that told.
    std::optional<refusal> verdict;

    /// Symbols whose later ticks have to wait for it.
    std::vector<symbol_name> blocks;

    bool waits() const noexcept;
  };

  /// Sends the parts of it that wait, if all their owners can be reached.
  bool start(batch& x);

  /// Splits parts by the owners of now; nothing if there are none for some.
  std::optional<std::vector<part>> split(std::span<const part> xs);

  void send(const batch& x, part& what, part::phase to);

  /// The part that was sent under that key; null if it was sent anew since, or
  /// is over.
  part* find_part(std::uint64_t number, std::uint64_t key);

  /// A part is prepared: when all are, they are committed.
  void note_prepared(batch& x, part& which);

  /// An owner refuses its part for good: so is the batch refused, when all have
  /// said what they refuse if that is wanted.
  void note_verdict(batch& x, part& which, refusal why);

  /// A part is applied: when all are, the batch is answered.
  void note_applied(batch& x, part& which, std::uint64_t n);

  /// Owners forget what they have prepared.
  void abort(batch& x);

  void finish(batch& x, caf::error why);

  /// Later ticks of its symbols have to wait.
  void block(batch& x);

  void unblock(batch& x);

  /// Blocks unless what is sent after it cannot overtake it: an owner that may
  /// refuse it, since it is not ready or not the owner any more, may take that.
  void block_unless_sure(batch& x);

  /// Looks soon whether what waits can be sent.
  void retry_soon();

  ownership& symbols_;
  batch_port& port_;
  std::uint64_t node_ = 0;
  std::string name_;
  std::uint64_t begun_ = 0; ///< batches, so far
  std::uint64_t sent_ = 0;  ///< times that a part was sent, or taken back

  std::map<std::uint64_t, batch> all_; ///< by number
  std::set<std::uint64_t> blockers_;   ///< of these, those that block

  /// How many of them block a symbol.
  std::unordered_map<symbol_name, std::size_t> blocked_;
};

} // namespace livegrid
