#include "livegrid/http/node/feeds.hpp"

#include <memory>
#include <random>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/feeds/replay.hpp"
#include "livegrid/actors/feeds/simulator.hpp"
#include "livegrid/actors/runtime/spawn.hpp"
#include "livegrid/http/connection/io_loop.hpp"
#include "livegrid/http/readers/replay_reader.hpp"

namespace livegrid {

namespace {

using result = expected<feed_start, std::string>;

result prepare_simulator(const settings&, const log_ptr&) {
  return [](feed_parts x) {
    return spawn_on(x.sys, &x.loop, simulator, x.market,
                    std::move(x.first_states),
                    std::uint64_t{std::random_device{}()}, x.wall_clock);
  };
}

result prepare_replay(const settings& values, const log_ptr& log) {
  const auto& path = values.replay.file;
  auto opened = open_replay(
    path,
    [log, path](std::size_t line, std::string_view why) {
      log->warning("replay_bad_row",
                   {{"file", path}, {"line", line}, {"why", why}});
    },
    [log, path](std::size_t line, std::string_view what) {
      log->warning("replay_note",
                   {{"file", path}, {"line", line}, {"what", what}});
    });
  if (!opened)
    return unexpected{std::move(opened).error()};
  std::shared_ptr<tick_source> recording = *std::move(opened);
  return [log, recording, speed = values.replay.speed,
          loop = values.replay.loop](const feed_parts& x) {
    return spawn_on(
      x.sys, &x.loop, replay,
      replay_config{x.market, recording, speed, loop, x.wall_clock, log});
  };
}

/// How each source is made that `known_sources` lets `market.feed` name.
struct maker {
  source kind;
  result (*prepare)(const settings&, const log_ptr&);
};

constexpr maker makers[]{
  {source::simulator, prepare_simulator},
  {source::replay, prepare_replay},
};

} // namespace

expected<std::optional<prepared_feed>, std::string>
prepare_feed(const settings& values, const log_ptr& log) {
  for (const auto& x : makers) {
    if (x.kind.name() != values.market.feed)
      continue;
    auto made = x.prepare(values, log);
    if (!made)
      return unexpected{std::move(made).error()};
    return prepared_feed{x.kind, *std::move(made)};
  }
  return std::nullopt;
}

} // namespace livegrid
