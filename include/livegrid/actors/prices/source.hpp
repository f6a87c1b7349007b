#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/sec.hpp>

namespace livegrid {

/// What a source's tick means for who else may send ticks of its symbol.
enum class standing : std::uint8_t {
  loads,  ///< nothing: it is a first state, and its source is no feed
  yields, ///< nothing, and no tick is taken once another source has claimed
          ///< the symbol, by which all that this one has said is taken back
  claims, ///< that from now on no source that yields is heard
};

/// A source of ticks, as this node knows it.
struct source_entry {
  /// As `market.feed`, the operator, the metrics and other nodes call it. Its
  /// own settings are those of the group of that name.
  std::string_view name;

  livegrid::standing standing;

  /// Whether it is for `market.feed` to name, and http/node/feeds.cpp makes it.
  bool chosen = false;
};

/// All sources that this node knows. Neither their order nor their number means
/// anything to other nodes.
inline constexpr auto known_sources = std::to_array<source_entry>({
  {"first_state", standing::loads},
  {"simulator", standing::yields, true},
  {"replay", standing::claims, true},
  {"post", standing::claims},   // a publisher's HTTP request
  {"socket", standing::claims}, // a publisher's WebSocket
});

/// Where ticks come from. To other nodes it is its name, so that one which only
/// a peer knows is still shown by its name.
class source {
public:
  /// Bytes of a name.
  static constexpr std::size_t max_name = 15;

  static const source first_state;
  static const source simulator;
  static const source replay;
  static const source post;
  static const source socket;

  /// The source of that name, known here or not; nothing if it cannot be one: 1
  /// to 15 of `a-z 0-9 _`.
  static constexpr std::optional<source> parse(std::string_view name) noexcept {
    auto allowed = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (name.empty() || name.size() > max_name
        || !std::all_of(name.begin(), name.end(), allowed))
      return std::nullopt;
    return source{name};
  }

  /// Its place in `known_sources`, or how many these are.
  constexpr std::size_t index() const noexcept {
    return index_;
  }

  constexpr std::string_view name() const noexcept {
    std::string_view all{name_.data(), name_.size()};
    return all.substr(0, all.find('\0'));
  }

  /// What its ticks mean. Of one that only a peer knows, they claim.
  constexpr livegrid::standing standing() const noexcept {
    return index_ < known_sources.size() ? known_sources[index_].standing
                                         : livegrid::standing::claims;
  }

  friend constexpr auto operator<=>(const source&, const source&) = default;

  /// Loading a name that cannot be one is an error.
  template <class Inspector>
  friend auto inspect(Inspector& f, source& x) {
    std::string name{x.name()};
    auto load = [&]() -> caf::error {
      auto parsed = parse(name);
      if (!parsed)
        return caf::sec::invalid_argument;
      x = *parsed;
      return caf::none;
    };
    return f(caf::meta::type_name("source"), name,
             caf::meta::load_callback(load));
  }

private:
  explicit constexpr source(std::string_view name) noexcept {
    while (index_ < known_sources.size() && known_sources[index_].name != name)
      ++index_;
    std::copy(name.begin(), name.end(), name_.begin());
  }

  std::uint8_t index_ = 0;
  std::array<char, max_name> name_{};
};

inline constexpr source source::first_state{"first_state"};
inline constexpr source source::simulator{"simulator"};
inline constexpr source source::replay{"replay"};
inline constexpr source source::post{"post"};
inline constexpr source source::socket{"socket"};

/// How many kinds of sources are told apart where they are counted: those that
/// this node knows, and one for all others.
constexpr std::size_t num_sources = known_sources.size() + 1;

} // namespace livegrid
