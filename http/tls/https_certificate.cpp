#include "livegrid/http/tls/https_certificate.hpp"

#include <chrono>
#include <new>
#include <utility>

#include <openssl/ssl.h>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/time_text.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

https_certificate::https_certificate(asio::io_context& context,
                                     const std::string& cert,
                                     const std::string& key, counters_ptr stats,
                                     log_ptr log)
  : timer_(context),
    cert_(cert),
    key_(key),
    stats_(std::move(stats)),
    log_(std::move(log)) {
  // nop
}

expected<void, std::string> https_certificate::start() {
  cert_.changed();
  key_.changed();
  auto done = read();
  if (done)
    look_again();
  return done;
}

ssl_ptr https_certificate::accept() const {
  ssl_ptr result{SSL_new(context_.get())};
  if (!result)
    throw std::bad_alloc{};
  SSL_set_accept_state(result.get());
  return result;
}

expected<void, std::string> https_certificate::read() {
  auto made = make_https_context(cert_.path(), key_.path());
  if (!made)
    return unexpected{std::move(made).error()};
  context_ = *std::move(made);
  auto expires = expiry_of(*context_);
  set(stats_->certificate_expires, static_cast<std::uint64_t>(expires));
  std::chrono::sys_seconds when{std::chrono::seconds{expires}};
  log_->info("certificate_read",
             {{"file", cert_.path()}, {"expires", iso_time(when)}});
  // In seconds: a certificate may say that it does not end (9999).
  if (when < std::chrono::floor<std::chrono::seconds>(
        std::chrono::system_clock::now()))
    log_->warning("certificate_expired", {{"file", cert_.path()}});
  return {};
}

void https_certificate::look_again() {
  constexpr std::chrono::milliseconds every{500};
  timer_.expires_after(every);
  timer_.async_wait([this](const asio::error_code& ec) {
    if (ec)
      return;
    // Both are asked: while one has been replaced and the other not yet they
    // do not fit, and are read again with the next change.
    auto cert = cert_.changed();
    auto key = key_.changed();
    if (cert || key)
      if (auto done = read(); !done)
        log_->error("certificate_unreadable", {{"why", done.error()}});
    look_again();
  });
}

} // namespace livegrid
