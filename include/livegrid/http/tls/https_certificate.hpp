#pragma once

#include <string>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/system/file_watch.hpp"
#include "livegrid/http/tls/tls_context.hpp"

namespace livegrid {

/// The certificate that clients are shown, and its key. Looks twice a second
/// whether their files have changed: who comes from then on is shown the new
/// one, if it and its key are good. Belongs to the loop's thread.
class https_certificate {
public:
  https_certificate(asio::io_context& context, const std::string& cert,
                    const std::string& key, counters_ptr stats, log_ptr log);

  /// Reads it.
  /// @returns what is wrong if it cannot, with the file.
  expected<void, std::string> start();

  /// TLS for one connection, at the server's end.
  ssl_ptr accept() const;

private:
  /// If something is wrong all stays as it was.
  expected<void, std::string> read();

  void look_again();

  asio::steady_timer timer_;
  file_watch cert_;
  file_watch key_;
  counters_ptr stats_;
  log_ptr log_;
  ssl_context_ptr context_;
};

} // namespace livegrid
