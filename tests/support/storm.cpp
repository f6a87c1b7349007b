#include "storm.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "console_program.hpp"

namespace livegrid::test {

namespace {

/// Who finds no node, or a closed one, asks again after a while.
constexpr std::chrono::milliseconds retry_pause{50};

std::string all_symbols() {
  std::string result;
  for (int i = 0; i < num_stormy; ++i)
    result += (i ? "," : "") + stormy_symbol(i);
  return result;
}

/// The symbols among some whose price is below another, with both.
std::string below(const storm_prices& xs, const storm_prices& wanted,
                  const std::vector<bool>& among) {
  std::string result;
  for (std::size_t i = 0; i < xs.size(); ++i)
    if (among[i] && xs[i] < wanted[i])
      result += ' ' + stormy_symbol(static_cast<int>(i)) + '='
                + std::to_string(xs[i]) + " of " + std::to_string(wanted[i]);
  return result;
}

/// Which symbol that is; nothing for another.
std::optional<std::size_t> index_of(std::string_view symbol) {
  std::size_t result = 0;
  if (symbol.size() < 2 || symbol[0] != 'S'
      || std::from_chars(symbol.data() + 1, symbol.data() + symbol.size(),
                         result)
             .ec
           != std::errc{}
      || result >= num_stormy)
    return std::nullopt;
  return result;
}

} // namespace

std::string stormy_symbol(int i) {
  return "S" + std::to_string(i);
}

// -- storm_node ---------------------------------------------------------------

storm_node::storm_node(std::string name, const networks* net, std::size_t place)
  : name_(std::move(name)), net_(net), place_(place) {
  // Held at the same time, so that they differ.
  std::array<port_holder, 3> all;
  http_port_ = all[0].port();
  console_port_ = all[1].port();
  cluster_port_ = all[2].port();
}

std::string storm_node::address() const {
  return (net_ ? networks::address(place_) : "127.0.0.1") + ':'
         + std::to_string(cluster_port_);
}

void storm_node::beside(const std::function<void()>& f) const {
  if (net_)
    net_->inside(place_, f);
  else
    f();
}

void storm_node::start(const std::vector<std::string>& settings) {
  if (process_)
    past_lives_ += process_->standard_error();
  settings_ = settings;
  node_options options;
  options.free_ports = false;
  options.args = {"--market.feed=none", "--node.name=" + name_,
                  "--http.port=" + std::to_string(http_port_),
                  "--console.port=" + std::to_string(console_port_),
                  "--cluster.port=" + std::to_string(cluster_port_)};
  if (net_) {
    options.args.emplace_back("--cluster.trusted-network=true");
    options.args.emplace_back("--cluster.address=" + networks::address(place_));
  }
  options.args.insert(options.args.end(), settings.begin(), settings.end());
  process_.reset();
  beside([&] { process_ = std::make_unique<node_process>(options); });
}

void storm_node::wait_for_exit() {
  process_->wait_for_exit();
}

tcp_socket storm_node::connect() const {
  std::optional<tcp_socket> result;
  beside([&] { result.emplace(http_port_); });
  return std::move(*result);
}

http_response storm_node::get(std::string_view target) const {
  return fetch(connect(), "GET", target);
}

bool storm_node::ready() const {
  try {
    return get("/ready").status == 200;
  } catch (const gave_up&) {
    return false;
  }
}

int storm_node::owned() const {
  try {
    return static_cast<int>(get("/health").json().at("symbols").number());
  } catch (const std::exception&) {
    return -1;
  }
}

storm_prices storm_node::prices() const {
  storm_prices result(num_stormy);
  auto answer = get("/live_grid_data?symbol=" + url_encoded(all_symbols()));
  if (answer.status != 200)
    return result;
  for (const auto& row : answer.json().items())
    if (auto i = index_of(row.at("symbol").text());
        i && row.at("price").is_number())
      result[*i] = static_cast<int>(row.at("price").number());
  return result;
}

std::vector<std::string> storm_node::owners() const {
  std::vector<std::string> args{
    "--node=127.0.0.1:" + std::to_string(console_port_), "--json"};
  for (int i = 0; i < num_stormy; ++i)
    args.insert(args.end(), {"-c", "where " + stormy_symbol(i)});
  console_outcome said;
  beside([&] { said = run_console(args); });
  std::vector<std::string> result;
  std::size_t begin = 0;
  for (auto end = said.output.find('\n'); end != std::string::npos;
       begin = end + 1, end = said.output.find('\n', begin))
    result.emplace_back(
      fact(json_value::parse(said.output.substr(begin, end - begin)), "symbol",
           "owner"));
  // Where it could not say, it is nobody.
  result.resize(num_stormy);
  return result;
}

std::string storm_node::log() const {
  return past_lives_ + (process_ ? process_->standard_error() : "");
}

// -- storm_publisher ----------------------------------------------------------

storm_publisher::storm_publisher(storm_nodes at, int first, int count,
                                 std::chrono::milliseconds pause, int posted)
  : at_(std::move(at)),
    first_(first),
    count_(count),
    pause_(pause),
    posted_(posted),
    thread_([this] { run(); }) {
  // nop
}

storm_publisher::~storm_publisher() {
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
    news_.notify_all();
  }
  thread_.join();
}

std::map<int, std::size_t> storm_publisher::answers() const {
  std::lock_guard guard{mutex_};
  return answers_;
}

std::optional<int> storm_publisher::wait_for_next(clock::time_point deadline) {
  std::unique_lock guard{mutex_};
  auto before = posted_;
  if (!news_.wait_until(guard, deadline, [&] { return taken_ > before; }))
    return std::nullopt;
  return taken_;
}

void storm_publisher::finish() {
  std::lock_guard guard{mutex_};
  finishing_ = true;
}

std::optional<int> storm_publisher::wait_for_end(clock::time_point deadline) {
  std::unique_lock guard{mutex_};
  if (!news_.wait_until(guard, deadline, [&] { return stopping_; }))
    return std::nullopt;
  return taken_;
}

std::set<int> storm_publisher::refused() const {
  std::lock_guard guard{mutex_};
  return refused_;
}

void storm_publisher::run() {
  std::unique_lock guard{mutex_};
  while (!stopping_) {
    auto price = ++posted_;
    auto is_last = finishing_;
    guard.unlock();
    auto status = post(price);
    guard.lock();
    ++answers_[status];
    if (status == 200) {
      taken_ = price;
      stopping_ = stopping_ || is_last;
    } else if (status == 503) {
      refused_.insert(price);
    }
    if (status != 200)
      now_at_ = (now_at_ + 1) % at_.size();
    news_.notify_all();
    news_.wait_for(guard, status == 0 ? retry_pause : pause_,
                   [&] { return stopping_; });
  }
}

int storm_publisher::post(int price) {
  std::string body;
  for (int i = first_; i < first_ + count_; ++i)
    body += (body.empty() ? "[" : ",") + std::string{R"({"symbol":")"}
            + stormy_symbol(i) + R"(","price":)" + std::to_string(price) + "}";
  body += ']';
  try {
    if (!client_)
      client_ = std::make_unique<http_client>(at_[now_at_]->connect());
    auto status = client_->request("POST", "/ticks", {}, body).status;
    if (status != 200)
      client_.reset();
    return status;
  } catch (const gave_up&) {
    client_.reset();
    return 0;
  }
}

// -- storm_market -------------------------------------------------------------

storm_market::storm_market(const storm_nodes& at,
                           std::chrono::milliseconds pause, int posted) {
  auto first = 0;
  for (auto count : {12, 6, 3, 1, 1, 1}) {
    publishers_.push_back(
      std::make_unique<storm_publisher>(at, first, count, pause, posted));
    first += count;
  }
}

std::map<int, std::size_t> storm_market::answers() const {
  std::map<int, std::size_t> result;
  for (const auto& x : publishers_)
    for (auto [status, n] : x->answers())
      result[status] += n;
  return result;
}

std::string storm_market::answers_text() const {
  std::string result;
  for (auto [status, n] : answers())
    result += (result.empty() ? "" : ", ") + std::to_string(n) + " x "
              + (status == 0 ? "nothing" : std::to_string(status));
  return result;
}

namespace {

/// What the publishers say of their symbols; nothing if one says nothing.
template <class Ask>
std::optional<storm_prices>
ask_all(const std::vector<std::unique_ptr<storm_publisher>>& xs, Ask ask) {
  storm_prices result(num_stormy);
  for (const auto& x : xs) {
    std::optional<int> price = ask(*x);
    if (!price)
      return std::nullopt;
    std::fill_n(result.begin() + x->first(), x->count(), *price);
  }
  return result;
}

} // namespace

std::optional<storm_prices>
storm_market::wait_for_next(clock::time_point deadline) {
  return ask_all(publishers_,
                 [&](storm_publisher& x) { return x.wait_for_next(deadline); });
}

std::optional<storm_prices> storm_market::finish(clock::time_point deadline) {
  for (auto& x : publishers_)
    x->finish();
  return ask_all(publishers_,
                 [&](storm_publisher& x) { return x.wait_for_end(deadline); });
}

// -- storm_viewer -------------------------------------------------------------

storm_viewer::storm_viewer(const storm_node& at, wish what, int number)
  : at_(at), is_wanted_(num_stormy), last_(num_stormy), seen_(num_stormy) {
  constexpr auto some = 8;
  for (int i = 0; i < num_stormy; ++i) {
    if (what == wish::some && i % some != number % some)
      continue;
    is_wanted_[static_cast<std::size_t>(i)] = true;
    wanted_ += (wanted_.empty() ? "" : ",") + stormy_symbol(i);
  }
  if (what == wish::everything)
    wanted_ = "*";
  thread_ = std::thread{[this] { run(); }};
}

storm_viewer::~storm_viewer() {
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
    if (client_)
      client_->socket().hang_up();
    news_.notify_all();
  }
  thread_.join();
}

std::vector<storm_viewer::step_back> storm_viewer::steps_back() const {
  std::lock_guard guard{mutex_};
  return steps_back_;
}

bool storm_viewer::wait_for(const storm_prices& xs,
                            clock::time_point deadline) {
  std::unique_lock guard{mutex_};
  return news_.wait_until(guard, deadline,
                          [&] { return below(last_, xs, is_wanted_).empty(); });
}

std::string storm_viewer::behind(const storm_prices& xs) const {
  std::lock_guard guard{mutex_};
  return below(last_, xs, is_wanted_);
}

int storm_viewer::shown(int first, int count, int price) const {
  std::lock_guard guard{mutex_};
  return static_cast<int>(
    std::count_if(seen_.begin() + first, seen_.begin() + first + count,
                  [&](const auto& xs) { return xs.contains(price); }));
}

void storm_viewer::connect_again() {
  std::lock_guard guard{mutex_};
  if (client_)
    client_->socket().hang_up();
}

std::size_t storm_viewer::connections() const {
  std::lock_guard guard{mutex_};
  return connections_;
}

void storm_viewer::run() {
  std::unique_lock guard{mutex_};
  while (!stopping_) {
    guard.unlock();
    try {
      watch();
    } catch (const gave_up&) {
      // It has ended, or is not there.
    }
    guard.lock();
    client_.reset();
    news_.wait_for(guard, retry_pause, [&] { return stopping_; });
  }
}

void storm_viewer::watch() {
  auto client = std::make_shared<ws_client>(at_.connect(), "/live_grid_ws");
  {
    std::lock_guard guard{mutex_};
    if (stopping_)
      return;
    client_ = client;
    ++connections_;
    std::fill(last_.begin(), last_.end(), 0);
  }
  client->subscribe('"' + wanted_ + '"');
  while (auto x = client->next())
    if (x->code == opcode::text)
      take(x->payload);
    else if (x->code == opcode::ping)
      client->send({.payload = x->payload, .code = opcode::pong});
}

void storm_viewer::take(const std::string& text) {
  auto row = json_value::parse(text);
  if (!row.has("symbol") || !row.at("price").is_number())
    return;
  auto which = index_of(row.at("symbol").text());
  if (!which)
    return;
  auto price = static_cast<int>(row.at("price").number());
  std::lock_guard guard{mutex_};
  auto& last = last_[*which];
  if (price < last)
    steps_back_.push_back(
      {clock::now(), static_cast<int>(*which), last, price});
  last = price;
  seen_[*which].insert(price);
  news_.notify_all();
}

// -- what is wrong ------------------------------------------------------------

namespace {

/// What a node answers that is older than it should be.
std::string old_rows(const storm_node& x, const storm_prices& last) {
  try {
    return below(x.prices(), last, std::vector<bool>(num_stormy, true));
  } catch (const std::exception& e) {
    return std::string{" all: "} + e.what();
  }
}

/// Asks until nothing is wrong, or the time is over.
template <class Ask>
std::string ask_until(clock::time_point deadline, Ask ask) {
  std::string result;
  do
    result = ask();
  while (!result.empty() && clock::now() < deadline);
  return result;
}

/// Each symbol has one owner, on which all agree.
std::string ownership_fault(const storm_nodes& running) {
  std::string result;
  auto sum = 0;
  std::string counts;
  for (const auto* x : running) {
    auto n = x->owned();
    sum += n;
    counts += ' ' + x->name() + '=' + std::to_string(n);
  }
  if (sum != num_stormy)
    return "owned are" + counts + ", in all " + std::to_string(num_stormy);
  auto first = running.front()->owners();
  for (const auto* x : running) {
    auto said = x->owners();
    for (std::size_t i = 0; i < said.size(); ++i)
      if (said[i] != first[i] || said[i].empty())
        result += ' ' + stormy_symbol(static_cast<int>(i)) + ": "
                  + running.front()->name() + " says " + first[i] + ", "
                  + x->name() + " says " + said[i] + ';';
  }
  return result;
}

} // namespace

std::vector<std::string> storm_damage(const storm_nodes& running,
                                      const storm_viewers& viewers,
                                      const storm_prices& last,
                                      clock::time_point deadline) {
  std::vector<std::string> result;
  for (const auto& x : viewers)
    if (!x->wait_for(last, deadline))
      result.push_back("a viewer at " + x->node()
                       + " is stuck:" + x->behind(last));
  for (const auto* x : running) {
    auto old = ask_until(deadline, [&] { return old_rows(*x, last); });
    if (!old.empty())
      result.push_back("old rows at " + x->name() + ":" + old);
  }
  auto fault = ask_until(deadline, [&] { return ownership_fault(running); });
  if (!fault.empty())
    result.push_back("owners differ: " + fault);
  return result;
}

std::vector<std::string> half_applied(const storm_market& market,
                                      const storm_viewers& viewers) {
  std::vector<std::string> result;
  for (const auto& x : market.publishers())
    for (auto price : x->refused()) {
      auto most = 0;
      for (const auto& y : viewers)
        most = std::max(most, y->shown(x->first(), x->count(), price));
      if (most > 0)
        result.push_back(
          std::to_string(price) + " was answered 503, and seen of "
          + std::to_string(most) + " symbols of " + std::to_string(x->count()));
    }
  return result;
}

} // namespace livegrid::test
