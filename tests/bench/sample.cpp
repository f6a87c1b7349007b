#include "sample.hpp"

#include "identity.hpp"
#include "temp_file.hpp"

namespace livegrid::bench {

std::vector<subscription> subscribers(std::uint32_t n, std::uint32_t symbols,
                                      std::uint32_t each,
                                      const std::string& query) {
  std::vector<subscription> result;
  for (std::uint32_t i = 0; i < n; ++i) {
    auto first =
      each > 0 ? static_cast<std::uint32_t>(std::uint64_t{i} * symbols / n) : 0;
    result.push_back({.first = first, .count = each, .query = query});
  }
  return result;
}

sample take_sample(const setup& x, faults& wrong) {
  test::identity self;
  test::temp_file cert{self.cert()};
  test::temp_file key{self.key()};
  std::vector<std::string> args;
  if (x.secure)
    args = {"--http.tls-cert=" + cert.path(), "--http.tls-key=" + key.path()};
  node server{std::move(args)};
  load clients{server.port(), x.symbols, x.secure};
  clients.connect(
    subscribers(x.subscribers, x.symbols, x.per_subscriber, x.query));
  auto& all = clients.all();
  all.sampled = x.sampled;
  clients.publish(x.how);
  clients.serve(x.seconds / 5);
  sample result;
  auto applied = server.counters().applied;
  auto rows = all.rows;
  all.latency = {};
  all.timed = true;
  meter measured{server.pid()};
  clients.serve(x.seconds);
  result.used = measured.read(server.pid());
  result.rows = static_cast<double>(all.rows - rows);
  all.timed = false;
  result.ticks = static_cast<double>(server.counters().applied - applied);
  result.latency = all.latency;
  clients.settle();
  finish(clients, server, wrong);
  return result;
}

void finish(load& clients, node& server, faults& wrong) {
  if (server.counters().applied != clients.source().ticks())
    wrong.add("ticks lost or doubled");
  if (!server.adds_up())
    wrong.add("ledger that does not add up");
  if (clients.nobody_left()
      && server.counters().delivered != clients.all().rows)
    wrong.add("rows delivered that did not come, or came twice");
  wrong.add(clients.all().wrong);
  // Else it would wait for their close frames.
  clients.disconnect();
  server.stop(wrong);
}

} // namespace livegrid::bench
