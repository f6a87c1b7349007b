#include "member_node.hpp"

#include <cstdlib>
#include <utility>

#include "livegrid/actors/base/log.hpp"

namespace livegrid::test {

told told::of(const membership_event& x) {
  if (auto view = std::get_if<cluster_view>(&x)) {
    told result{"view", view->epoch, {}};
    for (const auto& m : view->members)
      result.text += (result.text.empty() ? "" : ",") + m.name;
    return result;
  }
  if (auto lost = std::get_if<membership_lost>(&x))
    return {"lost", 0, lost->reason};
  if (auto refused = std::get_if<membership_refused>(&x))
    return {"refused", 0, refused->reason};
  return {"waiting", 0, std::get<membership_waiting>(x).reason};
}

std::string told::to_line() const {
  return kind + " " + std::to_string(epoch) + " " + text;
}

told told::of_line(std::string_view line) {
  auto first = line.find(' ');
  auto second = line.find(' ', first + 1);
  if (second == std::string_view::npos)
    give_up("no event: " + std::string{line});
  told result;
  result.kind = line.substr(0, first);
  result.epoch = std::strtoull(line.data() + first + 1, nullptr, 10);
  result.text = line.substr(second + 1);
  return result;
}

membership_config member_config(std::vector<std::string> endpoints,
                                std::string name, std::chrono::seconds ttl) {
  membership_config result;
  result.endpoints = std::move(endpoints);
  result.cluster = "test";
  result.self.name = std::move(name);
  result.self.instance = random_instance();
  result.self.address = "127.0.0.1";
  result.self.port = 7781;
  result.ttl = ttl;
  result.log = std::make_shared<logger>();
  return result;
}

// -- member_source ------------------------------------------------------------

told member_source::next_fact() {
  for (;;)
    if (auto result = next(); result.kind != "waiting")
      return result;
}

std::uint64_t member_source::wait_for_view(std::string_view names) {
  for (;;) {
    auto x = next_fact();
    if (x.kind != "view")
      give_up("no view of " + std::string{names} + " but " + x.to_line());
    if (x.text == names)
      return x.epoch;
  }
}

// -- member_node --------------------------------------------------------------

member_node::member_node(membership_config config)
  : instance_(config.self.instance) {
  if (auto why = config.fault(); !why.empty())
    give_up(why);
  membership_.emplace(std::move(config), [this](const membership_event& x) {
    std::lock_guard guard{mutex_};
    events_.emplace_back(told::of(x));
    grown_.notify_all();
  });
}

member_node::~member_node() {
  membership_.reset();
}

told member_node::next() {
  std::unique_lock guard{mutex_};
  if (!grown_.wait_for(guard, patience, [&] { return !events_.empty(); }))
    give_up("the membership tells nothing");
  auto result = events_.front();
  events_.pop_front();
  return result;
}

// -- member_process -----------------------------------------------------------

member_process::member_process(const membership_config& config)
  : process_({TEST_MEMBER, config.endpoints.front(), config.self.name,
              std::to_string(config.ttl.count())}) {
  // nop
}

told member_process::next() {
  return told::of_line(process_.read_line());
}

} // namespace livegrid::test
