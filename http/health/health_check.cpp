#include "livegrid/http/health/health_check.hpp"

#include <string>
#include <utility>

#include "livegrid/actors/base/log.hpp"

namespace livegrid {

health_check::health_check(asio::io_context& context, probe_config probe,
                           log_ptr log, std::chrono::milliseconds lifetime)
  : context_(context),
    config_(std::move(probe)),
    log_(std::move(log)),
    lifetime_(lifetime) {
  // nop
}

void health_check::ask(callback done) {
  if (config_.target.empty())
    return done(nullptr);
  if (auto x = running_.lock()) {
    x->waiting.emplace_back(std::move(done));
    return;
  }
  if (last_ && clock::now() - last_at_ < lifetime_)
    return done(&*last_);
  auto x = std::make_shared<round>();
  x->waiting.emplace_back(std::move(done));
  auto probe = std::make_shared<self_probe>(
    context_, config_, [this, x](const probe_result& found) {
      running_.reset();
      last_ = found;
      last_at_ = clock::now();
      auto took = found.took.count();
      if (found.fault.empty())
        log_->write(log_level::debug, "health_probe",
                    {{"ok", true}, {"took_ms", took}});
      else
        log_->warning("health_probe",
                      {{"ok", false}, {"why", found.fault}, {"took_ms", took}});
      for (auto& waiting : x->waiting)
        waiting(&found);
    });
  x->probe = probe;
  running_ = x;
  probe->start();
}

std::optional<std::string> health_check::take_proof(std::string_view path,
                                                    std::string_view shown) {
  if (path.empty() || path != config_.target)
    return std::nullopt;
  auto x = running_.lock();
  auto probe = x ? x->probe.lock() : nullptr;
  if (!probe || !probe->take_proof(shown))
    return std::nullopt;
  return probe->symbol();
}

bool health_check::is_own(const asio::ip::tcp::socket& accepted) const {
  auto x = running_.lock();
  auto probe = x ? x->probe.lock() : nullptr;
  return probe && probe->is_other_end(accepted);
}

} // namespace livegrid
