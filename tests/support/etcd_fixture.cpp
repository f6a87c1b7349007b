#include "etcd_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace livegrid::test {

std::string shown(const membership_event& x) {
  if (auto view = std::get_if<cluster_view>(&x)) {
    std::string result = "view ";
    for (const auto& m : view->members)
      result += (m.name == view->members.front().name ? "" : ",") + m.name;
    return result;
  }
  if (auto lost = std::get_if<membership_lost>(&x))
    return "lost: " + lost->reason;
  if (auto refused = std::get_if<membership_refused>(&x))
    return "refused: " + refused->reason;
  return "waiting: " + std::get<membership_waiting>(x).reason;
}

void etcd_world::arrive() {
  auto all = std::exchange(travelling, {});
  std::stable_sort(all.begin(), all.end(), [](const auto& x, const auto& y) {
    return x->arrives < y->arrives;
  });
  for (auto& x : all)
    if (x->arrives > now)
      travelling.emplace_back(std::move(x));
    else
      answer(*x);
}

void etcd_world::answer(etcd_request& x) {
  const auto& what = x.what;
  if (silent.contains(what.endpoint))
    return;
  if (what.by_lines) {
    x.watch = etcd.watch(what.body);
    return;
  }
  auto text = answer_to(what);
  if (unheard.contains(what.path))
    return;
  x.answer = text;
  x.over = std::min(x.over, now + back);
}

std::string etcd_world::answer_to(const etcd_port::order& what) {
  if (cut_off.contains(what.endpoint))
    return R"({"error":"x","message":"etcdserver: no leader","code":14})";
  if (auto i = instead.find(what.path); i != instead.end())
    return i->second;
  return etcd.post(what.path, what.body);
}

scripted_member::scripted_member(etcd_world& all, std::string called,
                                 std::size_t endpoints,
                                 std::function<void(membership_config&)> change)
  : world_(all) {
  membership_config config;
  for (std::size_t i = 0; i < endpoints; ++i)
    config.endpoints.emplace_back("http://etcd" + std::to_string(i) + ":1");
  config.cluster = "test";
  config.self = {.name = std::move(called),
                 .instance = std::string(32, 'a'),
                 .address = "::1",
                 .port = 1};
  config.log = std::make_shared<logger>(log_level::error);
  if (change)
    change(config);
  CAF_REQUIRE_EQUAL(config.fault(), "");
  name = config.self.name;
  instance = config.self.instance;
  auto tell = [this](const membership_event& x) {
    told.emplace_back(shown(x));
    if (auto view = std::get_if<cluster_view>(&x))
      views.emplace_back(*view);
  };
  member.emplace(std::move(config), tell, *this, 1);
}

void scripted_member::post(post_id id, order what) {
  asked.emplace_back(
    what.endpoint.substr(7, 5) + what.path
    + (what.authorization.empty() ? "" : " " + what.authorization));
  auto over = world_.now + what.limit;
  auto x = std::make_shared<etcd_request>(
    etcd_request{std::move(what), world_.now + world_.there, over});
  posts_[id] = x;
  world_.travelling.emplace_back(std::move(x));
  world_.arrive();
}

void scripted_member::cancel(post_id id) {
  CAF_REQUIRE(posts_.contains(id));
  end(*posts_[id]);
  posts_.erase(id);
}

void scripted_member::receive() {
  for (auto i = posts_.begin(); i != posts_.end();) {
    const auto& [id, x] = *i;
    if (!world_.silent.contains(x->what.endpoint)
        && !world_.cut_off.contains(x->what.endpoint))
      while (auto line = world_.etcd.take_line(x->watch))
        member->line(id, *line);
    if (world_.now < x->over) {
      ++i;
      continue;
    }
    member->answered(id, x->answer ? "" : "no answer in time",
                     x->answer.value_or(""));
    end(*x);
    i = posts_.erase(i);
  }
}

scripted_member::time_point scripted_member::next() const {
  auto result = next_;
  for (const auto& [id, x] : posts_)
    result = std::min(result, x->over);
  return std::max(result, suspended_until);
}

void scripted_member::end(etcd_request& x) {
  world_.etcd.cancel(x.watch);
  // One that is still on its way finds nobody to tell lines to.
  if (x.what.by_lines)
    std::erase_if(world_.travelling,
                  [&](const auto& y) { return y.get() == &x; });
}

scripted_member&
etcd_fixture::add(std::string name, std::size_t endpoints,
                  std::function<void(membership_config&)> change) {
  nodes.emplace_back(std::make_unique<scripted_member>(*this, std::move(name),
                                                       endpoints, change));
  nodes.back()->step();
  return *nodes.back();
}

scripted_member& etcd_fixture::joined(std::string name, std::size_t endpoints) {
  auto& x = add(std::move(name), endpoints);
  run(std::chrono::milliseconds{100});
  CAF_REQUIRE(!x.views.empty());
  x.told.clear();
  return x;
}

void etcd_fixture::run(boot_clock::duration time) {
  auto until = now + time;
  go_on();
  for (;;) {
    auto next = etcd.next();
    for (const auto& x : nodes)
      next = std::min(next, x->next());
    for (const auto& x : travelling)
      next = std::min(next, x->arrives);
    if (next > until)
      break;
    now = std::max(now, next);
    go_on();
  }
  now = until;
  go_on();
}

void etcd_fixture::go_on() {
  etcd.advance(now);
  arrive();
  for (const auto& x : nodes)
    if (now >= x->suspended_until) {
      x->receive();
      x->step();
    }
}

void etcd_fixture::put_entry(const std::string& name, char instance) {
  member x{.name = name,
           .instance = std::string(32, instance),
           .address = "::1",
           .port = 1};
  etcd.put(member_prefix + name, to_json(x));
}

} // namespace livegrid::test
