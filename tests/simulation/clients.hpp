#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/prices/symbol_name.hpp"

#include "process.hpp"
#include "random.hpp"
#include "timeline.hpp"

namespace livegrid::simulation {

/// What was said to publishers of one symbol. Its prices are 1, 2, 3, ..., each
/// a trade of one share.
struct record {
  std::uint64_t answered = 0; ///< the last price that was answered 200
  std::uint64_t taken = 0;    ///< times that a price was answered 200

  /// Times that it was not known whether a price was taken.
  std::uint64_t unknown = 0;

  /// These prices: what was on its way when a node died may come late, after
  /// what was sent again.
  std::set<std::uint64_t> unsure;

  /// The last price of which it may be said that it was taken.
  std::uint64_t possible = 0;

  /// When `answered` was.
  instant at{0};
};

using records = std::map<std::string, record>;

/// Which processes run, by host; null where none does.
using processes = std::vector<std::unique_ptr<process>>;

/// Posts batches of its symbols, one after the other, each until it is
/// answered 200.
class publisher {
public:
  publisher(timeline& time, random& chance, processes& all, records& told,
            std::vector<std::string> symbols);

  /// No new batch from now on.
  void finish() {
    finishing_ = true;
  }

  bool finished() const noexcept {
    return finishing_ && prices_.empty();
  }

  /// What it is at, for a person.
  std::string status() const;

  std::uint64_t batches_taken = 0;
  std::uint64_t batches_refused = 0;
  std::uint64_t batches_unknown = 0;

private:
  void post();

  void answered(std::uint64_t attempt, const answer* what);

  timeline& time_;
  random& chance_;
  processes& all_;
  records& told_;
  std::vector<std::string> symbols_;
  std::map<std::string, std::uint64_t> prices_; ///< of the batch in hand
  std::size_t at_ = 0;                          ///< host
  std::uint64_t attempt_ = 0;
  bool waiting_ = false;
  bool finishing_ = false;
};

/// Reads rows through a WebSocket of which every frame arrives at once.
class viewer {
public:
  struct cell {
    std::uint64_t price = 0;
    std::uint64_t volume = 0;
    std::string fresh;
  };

  /// Told of a symbol whose price went back without a mark, and to which.
  using complaint = std::function<void(
    const std::string& symbol, std::uint64_t price, const std::string& what)>;

  viewer(timeline& time, random& chance, processes& all,
         std::vector<std::string> market, std::string name, complaint complain);

  ~viewer();

  const std::string& name() const noexcept {
    return name_;
  }

  /// Asks for nothing else from now on.
  void finish() {
    finishing_ = true;
  }

  /// What it shows now.
  const std::map<std::string, cell>& shown() const noexcept {
    return shown_;
  }

  /// Whether it is connected and has asked for something.
  const process* where() const;

  const std::set<std::string>& wanted() const noexcept {
    return wanted_;
  }

  std::uint64_t rows = 0;

private:
  class sink;

  void live();

  void connect();

  void ask();

  void take(std::string_view message);

  timeline& time_;
  random& chance_;
  processes& all_;
  std::vector<std::string> market_;
  std::string name_;
  complaint complain_;
  std::size_t at_ = 0;
  process* on_ = nullptr;
  std::uint32_t run_ = 0;
  bool finishing_ = false;
  std::shared_ptr<sink> sink_;
  subscriber_actor actor_;
  std::set<std::string> wanted_;
  std::map<std::string, cell> shown_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace livegrid::simulation
