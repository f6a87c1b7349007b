#define CAF_SUITE actors.prices.pulse

#include "livegrid/actors/prices/pulse.hpp"

#include <chrono>
#include <cmath>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

using time_point = pulse::time_point;
using span = std::chrono::steady_clock::duration;

/// One symbol, and its clock.
struct heart {
  pulse beats;
  time_point now{1h};

  /// So many beats, each that long after the one before; the first of all at
  /// once.
  void beat(int n, span gap, std::uint64_t ticks = 1) {
    for (int i = 0; i < n; ++i) {
      if (beats.started())
        now += gap;
      beats.beat(now, ticks);
    }
  }

  /// From when on silence is unusual, in seconds after the last tick.
  double patience() const {
    return std::chrono::duration<double>{beats.quiet_at() - beats.last()}
      .count();
  }

  /// Ticks a second, that long from now.
  double rate(span later = 0s) const {
    return beats.rate(now + later);
  }
};

bool near(double x, double want, double tolerance = 0.01) {
  return std::isfinite(x) && std::abs(x - want) <= tolerance * want;
}

} // namespace

CAF_TEST(without a tick there is nothing) {
  heart x;
  CAF_CHECK(!x.beats.started());
  CAF_CHECK_EQUAL(x.rate(), 0.);
  CAF_CHECK_EQUAL(x.beats.usual_gap(), 0.);
}

CAF_TEST(a habit is known from the fourth tick on) {
  heart x;
  for (int i = 1; i <= 3; ++i) {
    x.beat(1, 10s);
    CAF_CHECK(x.beats.started());
    CAF_CHECK(x.beats.last() == x.now);
    CAF_CHECK_EQUAL(x.beats.usual_gap(), 0.);
    CAF_CHECK_EQUAL(x.patience(), 60.);
  }
  x.beat(1, 10s);
  CAF_CHECK_EQUAL(x.beats.usual_gap(), 10.);
  CAF_CHECK_EQUAL(x.patience(), 40.);
}

CAF_TEST(patience is four usual gaps within bounds) {
  struct {
    span gap;
    double want;
  } cases[] = {
    {100ms, 3},   {750ms, 3},    {751ms, 3.004},      {1s, 4},
    {15s, 60},    {60s, 240},    {6h - 1s, 86'396},   {6h, 86'400},
    {7h, 86'400}, {48h, 86'400}, {24h * 365, 86'400},
  };
  for (const auto& c : cases) {
    heart x;
    x.beat(60, c.gap);
    CAF_MESSAGE(c.want);
    CAF_CHECK(near(x.patience(), c.want, 1e-6));
  }
}

CAF_TEST(a first burst is no habit) {
  heart x;
  x.beat(100, 0s);
  CAF_CHECK_EQUAL(x.beats.usual_gap(), 0.);
  CAF_CHECK_EQUAL(x.patience(), 60.);
  x.beat(40, 100ms);
  CAF_CHECK_EQUAL(x.patience(), 60.);
  x.beat(20, 100ms);
  CAF_CHECK_EQUAL(x.patience(), 3.);
}

CAF_TEST(a burst is not taken for the habit) {
  heart x;
  // A hundred ticks within a second, once a minute.
  x.beat(100, 10ms);
  for (int i = 0; i < 10; ++i) {
    x.beat(1, 60s);
    CAF_MESSAGE(x.beats.usual_gap());
    // The next silence is as long as this one.
    CAF_CHECK(x.patience() > 60);
    x.beat(99, 10ms);
    CAF_CHECK(x.patience() > 60);
  }
  CAF_CHECK(near(x.beats.usual_gap(), 59, 0.05));
}

CAF_TEST(ticks of one moment change no habit) {
  heart x;
  x.beat(20, 10s);
  x.beat(1000, 0s);
  CAF_CHECK(near(x.beats.usual_gap(), 10));
  CAF_CHECK_EQUAL(x.patience(), 40.);
}

CAF_TEST(a habit that changes is learned) {
  heart x;
  x.beat(100, 1s);
  CAF_CHECK(near(x.beats.usual_gap(), 1));
  // One longer gap is no habit.
  x.beat(1, 10s);
  CAF_CHECK(x.beats.usual_gap() < 3);
  x.beat(30, 10s);
  CAF_CHECK(near(x.beats.usual_gap(), 10, 0.05));
  x.beat(300, 1s);
  CAF_CHECK(near(x.beats.usual_gap(), 1, 0.1));
}

CAF_TEST(steady ticks have their rate) {
  struct {
    span gap;
    std::uint64_t ticks;
    double want;
  } cases[] = {
    {1s, 1, 1}, {100ms, 1, 10}, {100ms, 5, 50}, {1ms, 1, 1000}, {10s, 1, 0.1},
  };
  for (const auto& c : cases) {
    heart x;
    x.beat(static_cast<int>(120s / c.gap) + 20, c.gap, c.ticks);
    CAF_MESSAGE(c.want);
    CAF_CHECK(near(x.rate(), c.want));
  }
}

CAF_TEST(a rate is near the truth from early on) {
  heart x;
  x.beat(1, 100ms);
  CAF_CHECK_EQUAL(x.rate(), 0.);
  x.beat(20, 100ms);
  CAF_CHECK(near(x.rate(), 10, 0.2));
}

CAF_TEST(a rate rises with the ticks) {
  heart x;
  x.beat(60, 1s);
  auto last = x.rate();
  CAF_CHECK(near(last, 1));
  for (int i = 0; i < 60; ++i) {
    x.beat(100, 10ms);
    CAF_CHECK(x.rate() > last);
    last = x.rate();
    if (i == 9)
      CAF_CHECK(x.rate() > 50);
  }
  CAF_CHECK(near(last, 100));
}

CAF_TEST(a rate falls with silence) {
  heart x;
  x.beat(600, 100ms);
  CAF_CHECK(near(x.rate(), 10));
  // A usual gap is no silence.
  CAF_CHECK(near(x.rate(100ms), 10));
  CAF_CHECK(near(x.rate(1s), 1));
  CAF_CHECK(near(x.rate(10s), 0.1));
  CAF_CHECK(x.rate(24h) < 0.01);
  // Asking changes nothing.
  CAF_CHECK(near(x.rate(), 10));
  // The tick after a silence does not bring back what was.
  x.beat(1, 90s);
  CAF_CHECK(x.rate() < 1.2);
}

CAF_TEST(ticks of one moment have a rate) {
  heart x;
  x.beat(5, 0s, 20);
  CAF_CHECK(std::isfinite(x.rate()));
  CAF_CHECK(x.rate() > 0);
  CAF_CHECK(x.rate() <= 100);
  CAF_CHECK(x.rate(100s) < 1);
}

CAF_TEST(a clock that is read a little early does no harm) {
  heart x;
  x.beat(600, 100ms);
  CAF_CHECK(near(x.rate(-1s), 10));
}
