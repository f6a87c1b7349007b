#include "clients.hpp"

#include <charconv>
#include <utility>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/actors/delivery/subscriber.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/runtime/spawn.hpp"
#include "livegrid/replier.hpp"

#include "scripted_sink.hpp"
#include "ticks.hpp"

namespace livegrid::simulation {

namespace {

using namespace std::chrono_literals;

/// Between two batches of one publisher, and after one that was not taken.
constexpr std::int64_t longest_pause_ms = 120;
constexpr instant retry_pause = 50ms;

/// A client of HTTP waits no longer for an answer.
constexpr instant patience = 15s;

constexpr instant reconnect_pause = 200ms;

/// Tells what became of a request, also where it was never answered.
class telling_replier final : public replier {
public:
  explicit telling_replier(std::function<void(const answer*)> tell)
    : tell_(std::move(tell)) {
    // nop
  }

  ~telling_replier() override {
    if (tell_)
      tell_(nullptr);
  }

  void reply(answer x) override {
    if (auto tell = std::exchange(tell_, nullptr))
      tell(&x);
  }

private:
  std::function<void(const answer*)> tell_;
};

/// Whether nothing was done, and nothing will be.
bool nothing_done(const caf::error& x) {
  return x != caf::sec::request_timeout;
}

std::uint64_t number_of(const std::string& text) {
  std::uint64_t result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

} // namespace

// -- publishers ---------------------------------------------------------------

publisher::publisher(timeline& time, random& chance, processes& all,
                     records& told, std::vector<std::string> symbols)
  : time_(time),
    chance_(chance),
    all_(all),
    told_(told),
    symbols_(std::move(symbols)),
    at_(chance.below(all.size())) {
  for (const auto& x : symbols_)
    told_[x];
  time_.after(instant{chance_.between(0, 300'000'000)}, [this] { post(); });
}

void publisher::post() {
  if (waiting_)
    return;
  if (prices_.empty()) {
    if (finishing_)
      return;
    for (const auto& x : symbols_)
      if (chance_.percent(40))
        prices_[x] = told_[x].answered + 1;
    if (prices_.empty())
      prices_[symbols_[0]] = told_[symbols_[0]].answered + 1;
  }
  // Where nobody is it tries somewhere else.
  if (!all_[at_] || chance_.percent(2)) {
    at_ = chance_.below(all_.size());
    if (!all_[at_])
      return time_.after(retry_pause, [this] { post(); });
  }
  waiting_ = true;
  auto attempt = ++attempt_;
  tick_batch batch{source::post, timestamp{}, {}};
  for (const auto& [symbol, price] : prices_) {
    auto x = test::trade(symbol, static_cast<double>(price));
    x.set(field::size, 1);
    batch.ticks.emplace_back(std::move(x));
    told_[symbol].possible = price;
  }
  replier_ptr to = std::make_shared<telling_replier>(
    [this, attempt](const answer* what) { answered(attempt, what); });
  caf::anon_send(all_[at_]->entry(), publish_atom_v, std::move(batch), to);
  time_.after(patience, [this, attempt] { answered(attempt, nullptr); });
}

void publisher::answered(std::uint64_t attempt, const answer* what) {
  if (!waiting_ || attempt != attempt_)
    return;
  waiting_ = false;
  if (what != nullptr && std::holds_alternative<accepted>(*what)) {
    ++batches_taken;
    for (const auto& [symbol, price] : std::exchange(prices_, {})) {
      auto& x = told_[symbol];
      x.answered = price;
      ++x.taken;
      x.at = time_.now();
    }
    auto pause =
      std::chrono::milliseconds{chance_.between(1, longest_pause_ms)};
    return time_.after(pause, [this] { post(); });
  }
  const auto* why = what != nullptr ? std::get_if<caf::error>(what) : nullptr;
  if (why != nullptr && nothing_done(*why)) {
    ++batches_refused;
  } else {
    ++batches_unknown;
    for (const auto& [symbol, price] : prices_) {
      ++told_[symbol].unknown;
      told_[symbol].unsure.insert(price);
    }
  }
  if (chance_.percent(50))
    at_ = chance_.below(all_.size());
  time_.after(retry_pause, [this] { post(); });
}

std::string publisher::status() const {
  std::string result = symbols_[0] + ": attempt " + std::to_string(attempt_)
                       + " at " + std::to_string(at_);
  for (const auto& [symbol, price] : prices_)
    result += ' ' + symbol + '=' + std::to_string(price);
  return result;
}

// -- viewers ------------------------------------------------------------------

class viewer::sink final : public frame_sink {
public:
  explicit sink(viewer* owner) : owner_(owner) {
    // nop
  }

  sent send(const bytes_ptr& frames) override {
    if (owner_ == nullptr)
      return sent::closed;
    std::string_view rest{*frames};
    while (!rest.empty()) {
      std::uint32_t size = 0;
      std::memcpy(&size, rest.data(), sizeof size);
      owner_->take(rest.substr(sizeof size, size));
      rest.remove_prefix(sizeof size + size);
    }
    return sent::all;
  }

  void send_error(std::string_view) override {
    // nop
  }

  void close(close_code, std::string_view) override {
    owner_ = nullptr;
  }

  void read_on() override {
    // nop
  }

  std::size_t unsent() const noexcept override {
    return 0;
  }

  tcp_status link() noexcept override {
    return {};
  }

  const std::string& peer() const noexcept override {
    return peer_;
  }

  void forget() {
    owner_ = nullptr;
  }

private:
  viewer* owner_;
  std::string peer_ = "192.0.2.1:50000";
};

viewer::viewer(timeline& time, random& chance, processes& all,
               std::vector<std::string> market, std::string name,
               complaint complain)
  : time_(time),
    chance_(chance),
    all_(all),
    market_(std::move(market)),
    name_(std::move(name)),
    complain_(std::move(complain)) {
  live();
}

viewer::~viewer() {
  *alive_ = false;
  if (sink_)
    sink_->forget();
}

const process* viewer::where() const {
  return on_ != nullptr && all_[at_].get() == on_ && on_->config().run == run_
           ? on_
           : nullptr;
}

void viewer::live() {
  time_.after(reconnect_pause, [this, alive = alive_] {
    if (*alive)
      live();
  });
  if (where() == nullptr) {
    if (sink_)
      sink_->forget();
    sink_.reset();
    actor_ = subscriber_actor{};
    shown_.clear();
    on_ = nullptr;
    connect();
  } else if (!finishing_ && chance_.percent(2)) {
    ask();
  }
}

void viewer::connect() {
  at_ = chance_.below(all_.size());
  if (!all_[at_])
    return;
  on_ = all_[at_].get();
  run_ = on_->config().run;
  sink_ = std::make_shared<sink>(this);
  auto shown = std::make_shared<const view>(
    std::vector<std::string>{"symbol", "price", "volume", "freshness"},
    std::vector<std::string>{"symbol"});
  auto box = std::make_shared<outbox>(sink_, shown, delivery_options{},
                                      test::frame_with_size, on_->stats());
  actor_ = spawn_on(on_->sys(), nullptr, subscriber,
                    subscriber_config{.fanout = on_->fan(),
                                      .box = box,
                                      .stats = on_->stats(),
                                      .log = on_->log(),
                                      .origin = {},
                                      .user_agent = {}});
  on_->own(caf::actor_cast<caf::strong_actor_ptr>(actor_));
  ask();
}

void viewer::ask() {
  subscription what;
  std::set<std::string> wanted;
  if (chance_.percent(25)) {
    what.what = subscription::change::all;
    wanted.insert(market_.begin(), market_.end());
  } else {
    what.what = subscription::change::replace;
    for (const auto& x : market_)
      if (chance_.percent(60)) {
        what.symbols.emplace_back(test::name_of(x));
        wanted.insert(x);
      }
  }
  wanted_ = std::move(wanted);
  caf::anon_send(actor_, what);
}

void viewer::take(std::string_view message) {
  for (auto& row : test::row_reader{message}.read()) {
    ++rows;
    auto symbol = row["symbol"].substr(1, row["symbol"].size() - 2);
    // A late row of a set that it had.
    if (!wanted_.contains(symbol))
      continue;
    cell now{number_of(row["price"]), number_of(row["volume"]),
             row["freshness"].substr(1, row["freshness"].size() - 2)};
    auto& before = shown_[symbol];
    if (now.price < before.price && now.fresh != "down")
      complain_(symbol, now.price,
                name_ + " at " + std::to_string(at_) + ": " + symbol
                  + " went back from " + std::to_string(before.price) + " to "
                  + std::to_string(now.price) + " (" + now.fresh + ')');
    before = std::move(now);
  }
}

} // namespace livegrid::simulation
