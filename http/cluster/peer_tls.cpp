#include "livegrid/http/cluster/peer_tls.hpp"

#include <algorithm>
#include <climits>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "livegrid/actors/base/log.hpp"

namespace livegrid {

using caf::io::network::rw_state;

// -- peer_certificates --------------------------------------------------------

peer_certificates::peer_certificates(const std::string& cert,
                                     const std::string& key,
                                     const std::string& authority, log_ptr log)
  : cert_(cert), key_(key), authority_(authority), log_(std::move(log)) {
  // nop
}

ssl_ptr peer_certificates::open(bool accepted) {
  std::lock_guard guard{mutex_};
  read_if_changed();
  if (!context_)
    return nullptr;
  ssl_ptr result{SSL_new(context_.get())};
  if (result && accepted)
    SSL_set_accept_state(result.get());
  else if (result)
    SSL_set_connect_state(result.get());
  return result;
}

void peer_certificates::read_if_changed() {
  // All are asked: those that were replaced one after the other do not fit in
  // between, and are read again with the last.
  auto changed = false;
  for (auto* x : {&cert_, &key_, &authority_})
    changed = x->changed() || changed;
  if (!changed)
    return;
  auto made = make_peer_context(cert_.path(), key_.path(), authority_.path());
  if (!made)
    log_->error("certificate_unreadable", {{"why", made.error()}});
  else
    context_ = *std::move(made);
}

// -- peer_tls -----------------------------------------------------------------

peer_tls::peer_tls(ssl_ptr ssl, int fd, events what)
  : ssl_(std::move(ssl)), events_(std::move(what)) {
  SSL_set_fd(ssl_.get(), fd);
}

rw_state peer_tls::read_some(std::size_t& result, int, void* to,
                             std::size_t size) {
  result = 0;
  if (!ready_ && !shake_hands())
    return rw_state::failure;
  if (!ready_)
    return rw_state::success;
  // The errors are the thread's, and what another connection has left there
  // would be taken for this one's.
  ERR_clear_error();
  auto n = SSL_read(ssl_.get(), to,
                    static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
  if (n <= 0)
    return goes_on(n) ? rw_state::success : rw_state::failure;
  result = static_cast<std::size_t>(n);
  return rw_state::success;
}

rw_state peer_tls::write_some(std::size_t& result, int, const void* from,
                              std::size_t size) {
  result = 0;
  if (!ready_ && !shake_hands())
    return rw_state::failure;
  // Whoever has made the connection speaks first, with nothing to write yet.
  if (size == 0)
    return rw_state::indeterminate;
  const auto* bytes = static_cast<const char*>(from);
  while (ready_ && result < size) {
    ERR_clear_error();
    auto left = std::min<std::size_t>(size - result, INT_MAX);
    auto n = SSL_write(ssl_.get(), bytes + result, static_cast<int>(left));
    if (n > 0)
      result += static_cast<std::size_t>(n);
    else if (goes_on(n))
      break;
    else
      return rw_state::failure;
  }
  return rw_state::success;
}

bool peer_tls::must_read_more(int, std::size_t threshold) {
  return static_cast<std::size_t>(SSL_pending(ssl_.get())) >= threshold;
}

bool peer_tls::shake_hands() {
  ERR_clear_error();
  auto n = SSL_do_handshake(ssl_.get());
  if (n == 1) {
    ready_ = true;
    events_.ready();
    return true;
  }
  if (goes_on(n))
    return true;
  // Who just went away, as a port scan does, has broken no rule.
  if (ERR_peek_error() != 0)
    events_.refused(tls_reason());
  return false;
}

bool peer_tls::goes_on(int result) {
  auto what = SSL_get_error(ssl_.get(), result);
  return what == SSL_ERROR_WANT_READ || what == SSL_ERROR_WANT_WRITE;
}

} // namespace livegrid
