#include "cluster_nodes.hpp"

#include <algorithm>
#include <utility>

#include "tcp_socket.hpp"

#include "unit_test.hpp"

namespace livegrid::test {

std::string traded_symbol(int i) {
  return "S" + std::to_string(i);
}

// -- grid_viewer --------------------------------------------------------------

grid_viewer::grid_viewer(std::uint16_t port) : client_(port, "/live_grid_ws") {
  client_.subscribe("\"*\"");
  thread_ = std::thread{[this] { read(); }};
}

grid_viewer::~grid_viewer() {
  client_.socket().shutdown_write();
  thread_.join();
}

void grid_viewer::wait_for(double price) {
  std::unique_lock guard{mutex_};
  auto missing = [&] {
    std::string result;
    for (int i = 0; i < num_traded; ++i)
      if (auto& x = prices_[traded_symbol(i)]; x < price)
        result += ' ' + traded_symbol(i) + '=' + std::to_string(x);
    return result;
  };
  if (!news_.wait_for(guard, patience,
                      [&] { return ended_ || missing().empty(); })
      || !missing().empty())
    give_up("the viewer never saw price " + std::to_string(price)
            + " of all symbols, but" + missing());
}

std::size_t grid_viewer::steps_back() const {
  std::lock_guard guard{mutex_};
  return steps_back_;
}

bool grid_viewer::ended() const {
  std::lock_guard guard{mutex_};
  return ended_;
}

void grid_viewer::read() {
  while (auto x = client_.next()) {
    if (x->code != opcode::text)
      continue;
    auto row = json_value::parse(x->payload);
    std::lock_guard guard{mutex_};
    if (!row.at("price").is_number())
      continue;
    auto& last = prices_[row.at("symbol").text()];
    auto price = row.at("price").number();
    steps_back_ += price < last ? 1 : 0;
    last = price;
    news_.notify_all();
  }
  std::lock_guard guard{mutex_};
  ended_ = true;
  news_.notify_all();
}

// -- round_publisher ----------------------------------------------------------

void round_publisher::rounds(int n) {
  constexpr int each = 3;
  for (auto last = done_ + n; done_ < last;) {
    ++done_;
    for (int i = 0; i < num_traded; i += each) {
      std::string body;
      for (int j = i; j < i + each; ++j)
        body += (body.empty() ? "[" : ",") + std::string{R"({"symbol":")"}
                + traded_symbol(j) + R"(","price":)" + std::to_string(done_)
                + R"(,"size":1})";
      auto answer = client_.request("POST", "/ticks", {}, body + ']');
      if (answer.status != 200)
        give_up("round " + std::to_string(done_) + " was answered "
                + std::to_string(answer.status) + ": " + answer.body);
    }
  }
}

// -- cluster_nodes ------------------------------------------------------------

cluster_nodes::cluster_nodes(std::vector<std::string> settings)
  : membership(std::move(settings)) {
  if (!membership.empty())
    return;
  etcd_ = std::make_unique<etcd_process>();
  etcd_->start();
  membership = {"--cluster.etcd=" + etcd_->endpoint(), "--cluster.ttl=2s"};
}

node_process& cluster_nodes::start(const std::string& name,
                                   const std::string& roles,
                                   const std::vector<std::string>& more) {
  node_options options;
  options.args = {"--market.feed=none", example_symbols(),
                  "--node.name=" + name, "--node.roles=" + roles,
                  "--cluster.port=" + std::to_string(port(name))};
  for (const auto& from : {membership, more})
    options.args.insert(options.args.end(), from.begin(), from.end());
  auto& x = nodes_[name];
  x.reset();
  x = std::make_unique<node_process>(options);
  x->wait_until_listening();
  return *x;
}

std::uint16_t cluster_nodes::port(const std::string& name) {
  auto& result = ports_[name];
  if (result == 0)
    result = port_holder{}.port();
  return result;
}

json_value cluster_nodes::rows(const std::string& name) {
  std::string all;
  for (int i = 0; i < num_traded; ++i)
    all += (i ? "," : "") + traded_symbol(i);
  return at(name).rows(all);
}

void cluster_nodes::check_all(const std::string& name, double price,
                              double volume) {
  CAF_MESSAGE(name);
  // A node may be a member before it has found the way to the others.
  grid_viewer{at(name).port()}.wait_for(price);
  auto found = rows(name);
  CAF_REQUIRE_EQUAL(found.size(), static_cast<std::size_t>(num_traded));
  for (const auto& row : found.items()) {
    CAF_CHECK_EQUAL(row.at("price").number(), price);
    CAF_CHECK_EQUAL(row.at("volume").number(), volume);
  }
}

std::pair<double, double> cluster_nodes::prices(const std::string& name) {
  auto found = rows(name);
  auto first = found.at(0).at("price").number();
  auto result = std::make_pair(first, first);
  for (const auto& row : found.items()) {
    auto price = row.at("price").number();
    result.first = std::min(result.first, price);
    result.second = std::max(result.second, price);
  }
  return result;
}

double cluster_nodes::owned(const std::string& name) {
  return at(name).get("/health").json().at("symbols").number();
}

} // namespace livegrid::test
