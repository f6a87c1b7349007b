#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors/members/member.hpp"
#include "livegrid/actors/prices/symbol_name.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Where a symbol is, as this node knows it.
struct whereabouts {
  /// Its owner and the next one, by the view; nothing if no member owns
  /// symbols.
  std::optional<placement> placed;

  /// This node's market has it, or ticks that make it are on their way there.
  bool here = false;

  /// Its owner has taken ticks of it since this view.
  bool confirmed = false;
};

/// A symbol that is here.
struct symbol_here {
  /// The node that its rows go to beside those who look: its next owner. Null
  /// if there is none, or no way to it.
  caf::actor_addr next;

  bool born = false;          ///< the market has taken a tick of it
  std::uint32_t expected = 0; ///< batches under way that would make it
};

/// Symbols of a batch that is about to go to this node's market.
struct newcomers {
  std::vector<symbol_name> fresh;  ///< those that were not here before
  std::vector<symbol_name> unborn; ///< those, and others that are not born
};

/// Which member owns which symbol, and which symbols are here. The two differ
/// while symbols move: the owner before has a symbol until the one by the view
/// claims it.
///
/// * The *view* says who the members are; a member is an index into it.
/// * The *owner* of a symbol follows from the view, as does the *next* one, who
///   owns it when that member goes.
/// * A symbol is *mine* if this node is its owner, and *elsewhere* if another
///   member is, be it here still or not.
/// * It is *here* if this node's market has it or is about to make it, and
///   *born* once that has taken a tick of it. A symbol is here as soon as ticks
///   of it are on their way to the market, or they could be handed to two.
///   Where the market refuses them, it was for nothing, and the name is
///   forgotten.
///
/// A plain object of the grid's, see grid.hpp.
class ownership {
public:
  using here_map = std::unordered_map<symbol_name, symbol_here>;

  /// @param version where `version` begins; no two nodes may have the same.
  /// @param elsewhere says of how many symbols that are not here this node
  ///                  knows something.
  void init(std::uint64_t version, std::function<std::size_t()> elsewhere);

  // -- who is there -----------------------------------------------------------

  /// The last view, even if this node is no member any more.
  const cluster_view& view() const noexcept {
    return view_;
  }

  /// Whether nothing else was heard since that view.
  bool is_member() const noexcept {
    return is_member_;
  }

  /// This node's own index.
  std::size_t self() const noexcept {
    return self_;
  }

  const std::string& name_of(std::size_t member) const {
    return view_.members[member].name;
  }

  /// Goes by that view from now on.
  void enter(cluster_view x, std::size_t self);

  /// This node is no member any more.
  void leave();

  // -- where symbols are ------------------------------------------------------

  /// Where that symbol is, which is remembered. It is good until the next name
  /// is asked for.
  whereabouts& place(const symbol_name& x);

  /// The same for questions, which leave nothing behind.
  whereabouts look_up(const symbol_name& x) const;

  bool is_mine(const whereabouts& x) const noexcept {
    return x.placed && is_member_ && x.placed->owner == self_;
  }

  bool is_mine(const symbol_name& x) {
    return is_mine(place(x));
  }

  bool is_elsewhere(const whereabouts& x) const noexcept {
    return x.placed && is_member_ && x.placed->owner != self_;
  }

  /// Whether a member of that name owns it by the view.
  bool is_owner(const std::string& name, const symbol_name& of);

  /// So many names are remembered, of symbols or not.
  std::size_t remembered() const noexcept {
    return places_.size();
  }

  // -- which are here ---------------------------------------------------------

  const here_map& here() const noexcept {
    return here_;
  }

  bool is_here(const symbol_name& x) const {
    return here_.contains(x);
  }

  /// Null if it is not here.
  symbol_here* find_here(const symbol_name& x);

  std::vector<symbol_name> names_here() const;

  /// The first `limit` names of those that are born; in any order, if that is
  /// all of them.
  std::vector<symbol_name> names_born(std::uint64_t limit) const;

  /// Grows with each symbol that comes to be born here or goes.
  std::uint64_t version() const noexcept {
    return version_;
  }

  /// Checks that this node can take that batch: each symbol is here, or mine.
  /// @param settled whether this node has its share.
  /// @returns why it cannot, or the symbols, which are here from now on.
  caf::expected<newcomers> admit(const tick_batch& batch, bool settled);

  /// The symbols of that batch are here from now on, whose owner this node is
  /// known to be.
  newcomers bring(const tick_batch& batch);

  /// That symbol is here from now on, with the state that somebody had.
  void adopt(const symbol_name& x);

  /// It is not here any more. Nothing, if it was not.
  std::optional<symbol_here> give_up(const symbol_name& x);

  /// No rows go to that node any more. Returns of which symbols they did.
  std::vector<symbol_name> forget_next(const caf::actor_addr& who);

  // -- births -----------------------------------------------------------------

  /// Ticks of these symbols are on their way to the market.
  void expect_births(const std::vector<symbol_name>& unborn);

  /// A name that is forgotten, and where its rows would have gone.
  using forgotten = std::pair<symbol_name, caf::actor_addr>;

  /// They have come to it. Whoever is not there yet, and is not expected any
  /// more, is forgotten.
  /// @param taken whether the market took them.
  std::vector<forgotten> end_births(const std::vector<symbol_name>& unborn,
                                    bool taken);

private:
  cluster_view view_;
  bool is_member_ = false;
  std::size_t self_ = 0;
  std::uint64_t version_ = 0;
  std::function<std::size_t()> elsewhere_;
  here_map here_;

  /// By the view; forgotten with it, and whenever there are many more of them
  /// than symbols: publishers and viewers write names that nobody has.
  std::unordered_map<symbol_name, whereabouts> places_;
};

} // namespace livegrid
