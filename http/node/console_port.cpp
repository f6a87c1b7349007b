#include "livegrid/http/node/console_port.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <future>
#include <list>
#include <optional>
#include <utility>

#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/node/console_session.hpp"
#include "livegrid/http/system/state_directory.hpp"

namespace livegrid {

namespace {

using unix_socket = asio::local::stream_protocol;

/// Of each kind: strangers at the one cannot take the places of the other.
constexpr std::size_t max_sessions = 16;

/// Until it is tried again to accept, after that has failed.
constexpr std::chrono::milliseconds accept_pause{100};

/// Whether somebody listens at that path.
bool alive(const std::string& path) {
  asio::io_context context;
  unix_socket::socket probe{context};
  asio::error_code fault;
  probe.connect(unix_socket::endpoint{path}, fault);
  return !fault;
}

/// Whose process is at the other end.
std::optional<std::uint32_t> peer_of(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return std::nullopt;
  return peer.uid;
}

std::string bracketed(const std::string& address) {
  return address.find(':') == std::string::npos ? address : '[' + address + ']';
}

} // namespace

class console_port::impl : public std::enable_shared_from_this<impl> {
public:
  explicit impl(console_backend parts)
    : parts_(std::move(parts)),
      tcp_(parts_.loop.context()),
      local_(parts_.loop.context()) {
    // nop
  }

  expected<std::uint16_t, listen_fault> open(const settings& values) {
    auto opened = open_tcp(values);
    if (opened)
      if (auto local = open_local(values, *opened); !local)
        return unexpected{std::move(local).error()};
    // Accepting belongs to the loop's thread.
    asio::post(parts_.loop.context(), [self = shared_from_this()] {
      self->accept(self->tcp_, self->by_tcp_);
      if (self->local_.acceptor.is_open())
        self->accept(self->local_, self->by_path_);
    });
    return opened;
  }

  void close() {
    // Before nobody listens there: a node that starts in between would make a
    // socket of its own at the path, and would lose it.
    if (!path_.empty())
      ::unlink(path_.c_str());
    std::promise<void> done;
    asio::post(parts_.loop.context(), [&] {
      asio::error_code gone;
      tcp_.close(gone);
      local_.close(gone);
      for (auto* all : {&by_tcp_, &by_path_})
        for (const auto& x : std::list{*all})
          x->stop();
      done.set_value();
    });
    done.get_future().wait();
  }

private:
  using session_list = std::list<std::shared_ptr<console_session>>;

  /// Where connections of one kind come in.
  template <class Protocol>
  struct entrance {
    explicit entrance(asio::io_context& context)
      : acceptor(context), pause(context) {
      // nop
    }

    void close(asio::error_code& gone) {
      acceptor.close(gone);
      pause.cancel(gone);
    }

    typename Protocol::acceptor acceptor;
    asio::steady_timer pause;
  };

  expected<std::uint16_t, listen_fault> open_tcp(const settings& values);

  expected<void, listen_fault> open_local(const settings& values,
                                          std::uint16_t port);

  expected<void, listen_fault> listen_at_path();

  template <class Protocol>
  void accept(entrance<Protocol>& at, session_list& all);

  void take(asio::ip::tcp::socket peer);
  void take(unix_socket::socket peer);

  void begin(session_list& all, console_session::socket peer,
             std::optional<std::uint32_t> uid);

  console_backend parts_;
  entrance<asio::ip::tcp> tcp_;
  entrance<unix_socket> local_;
  std::string path_; ///< of what is to be removed in the end
  session_list by_tcp_;
  session_list by_path_;
};

expected<std::uint16_t, listen_fault>
console_port::impl::open_tcp(const settings& values) {
  const auto& x = values.console;
  auto& acceptor = tcp_.acceptor;
  asio::error_code fault;
  asio::ip::tcp::endpoint where{asio::ip::make_address(x.address, fault),
                                x.port};
  if (!fault)
    acceptor.open(where.protocol(), fault);
  if (!fault)
    acceptor.set_option(asio::socket_base::reuse_address{true}, fault);
  if (!fault)
    acceptor.bind(where, fault);
  if (!fault)
    acceptor.listen(asio::socket_base::max_listen_connections, fault);
  if (!fault)
    return acceptor.local_endpoint(fault).port();
  auto at = bracketed(x.address) + ':' + std::to_string(x.port);
  if (fault == asio::error::address_in_use)
    return unexpected{listen_fault{
      "console.port: " + at
      + " is in use, perhaps by another livegrid; another port will do, "
        "and 0 picks a free one"}};
  return unexpected{listen_fault{"console.address: cannot listen on " + at
                                   + ": " + fault.message(),
                                 fault == asio::error::access_denied}};
}

expected<void, listen_fault>
console_port::impl::open_local(const settings& values, std::uint16_t port) {
  path_ = values.console.socket;
  auto asked_for = !path_.empty();
  expected<void, listen_fault> result;
  if (!asked_for) {
    auto folder = make_state_directory();
    if (folder.empty())
      result = unexpected{listen_fault{"there is no state directory"}};
    else
      path_ = console_socket_in(folder, port);
  }
  if (result)
    result = listen_at_path();
  if (result)
    return result;
  auto at = std::exchange(path_, {});
  auto& why = result.error().why;
  if (asked_for) {
    why = "console.socket: " + at + ": " + why;
    return result;
  }
  // In many a container there is no such folder.
  parts_.log->info("console_without_socket", {{"path", at}, {"why", why}});
  return {};
}

expected<void, listen_fault> console_port::impl::listen_at_path() {
  if (path_.size() >= sizeof(sockaddr_un::sun_path))
    return unexpected{listen_fault{
      "the path of a socket has at most "
        + std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes",
      true}};
  auto& acceptor = local_.acceptor;
  asio::error_code fault;
  acceptor.open(unix_socket{}, fault);
  // What bind() makes has this mode from its first moment on.
  if (!fault && fchmod(acceptor.native_handle(), S_IRUSR | S_IWUSR) != 0)
    fault = {errno, asio::system_category()};
  if (!fault)
    acceptor.bind(unix_socket::endpoint{path_}, fault);
  struct stat found {};
  if (fault == asio::error::address_in_use && lstat(path_.c_str(), &found) == 0
      && S_ISSOCK(found.st_mode)) {
    if (alive(path_)) {
      acceptor.close();
      return unexpected{listen_fault{"another livegrid listens there"}};
    }
    // It is what a node that was killed has left.
    ::unlink(path_.c_str());
    fault = {};
    acceptor.bind(unix_socket::endpoint{path_}, fault);
  }
  if (!fault)
    acceptor.listen(asio::socket_base::max_listen_connections, fault);
  if (!fault)
    return {};
  asio::error_code gone;
  acceptor.close(gone);
  return unexpected{listen_fault{fault.message(), true}};
}

template <class Protocol>
void console_port::impl::accept(entrance<Protocol>& at, session_list& all) {
  at.acceptor.async_accept([self = shared_from_this(), &at,
                            &all](const asio::error_code& fault, auto peer) {
    if (!at.acceptor.is_open())
      return;
    if (!fault)
      self->take(std::move(peer));
    if (!fault || fault == asio::error::connection_aborted)
      return self->accept(at, all);
    // Out of descriptors, say: it passes.
    at.pause.expires_after(accept_pause);
    at.pause.async_wait([self, &at, &all](const asio::error_code& off) {
      if (!off)
        self->accept(at, all);
    });
  });
}

void console_port::impl::take(asio::ip::tcp::socket peer) {
  asio::error_code gone;
  peer.set_option(asio::ip::tcp::no_delay{true}, gone);
  begin(by_tcp_, std::move(peer), std::nullopt);
}

void console_port::impl::take(unix_socket::socket peer) {
  auto uid = peer_of(peer.native_handle());
  // The mode of the file says so as well.
  if (!uid || (*uid != 0 && *uid != geteuid())) {
    parts_.log->warning("operator_refused",
                        {{"uid", uid}, {"why", "it is another user"}});
    return;
  }
  begin(by_path_, std::move(peer), uid);
}

void console_port::impl::begin(session_list& all, console_session::socket peer,
                               std::optional<std::uint32_t> uid) {
  if (all.size() >= max_sessions) {
    parts_.log->warning("operator_refused",
                        {{"uid", uid}, {"why", "too many are there"}});
    return;
  }
  auto x = std::make_shared<console_session>(std::move(peer), parts_, uid);
  auto i = all.insert(all.end(), x);
  x->on_end = [self = shared_from_this(), &all, i] { all.erase(i); };
  x->start();
}

console_port::console_port(console_backend parts)
  : impl_(std::make_shared<impl>(std::move(parts))) {
  // nop
}

console_port::~console_port() {
  impl_->close();
}

expected<std::uint16_t, listen_fault>
console_port::open(const settings& values) {
  return impl_->open(values);
}

} // namespace livegrid
