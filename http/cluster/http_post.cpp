#include "livegrid/http/cluster/http_post.hpp"

#include <array>
#include <new>
#include <utility>

#include <curl/curl.h>

namespace livegrid {

namespace {

/// How long a connection that says nothing is believed to be alive, in seconds.
constexpr long idle_limit = 2;

void start_curl() {
  static const auto started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK)
    throw std::bad_alloc{};
}

} // namespace

struct http_post::state {
  CURLM* multi = nullptr;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  order what;
  std::string received;
  std::string fault;
  bool over = false;

  /// Where curl writes what went wrong.
  std::array<char, CURL_ERROR_SIZE> details{};

  explicit state(order x) : what(std::move(x)) {
    // nop
  }

  state(const state&) = delete;

  state& operator=(const state&) = delete;

  ~state() {
    if (multi != nullptr)
      curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }

  static std::size_t take(char* bytes, std::size_t, std::size_t size,
                          void* self) {
    auto& x = *static_cast<state*>(self);
    if (size > x.what.max_pending - x.received.size())
      return CURL_WRITEFUNC_ERROR;
    x.received.append(bytes, size);
    return size;
  }

  void finish(CURLcode code) {
    over = true;
    if (code == CURLE_OK)
      return;
    fault = code == CURLE_WRITE_ERROR ? "the answer is too large"
                                      : curl_easy_strerror(code);
    // Of these the name alone tells nobody what to mend.
    auto of_tls = code == CURLE_SSL_CONNECT_ERROR
                  || code == CURLE_SSL_CERTPROBLEM
                  || code == CURLE_PEER_FAILED_VERIFICATION
                  || code == CURLE_SSL_CACERT_BADFILE;
    if (of_tls && details[0] != '\0')
      fault = details.data();
  }
};

http_post::http_post(post_loop& loop, order what)
  : state_(std::make_unique<state>(std::move(what))) {
  auto& x = *state_;
  x.easy = curl_easy_init();
  x.headers = curl_slist_append(nullptr, "Content-Type: application/json");
  if (!x.what.authorization.empty())
    x.headers = curl_slist_append(
      x.headers, ("Authorization: " + x.what.authorization).c_str());
  if (x.easy == nullptr || x.headers == nullptr)
    throw std::bad_alloc{};
  auto set = [&](CURLoption option, auto value) {
    curl_easy_setopt(x.easy, option, value);
  };
  set(CURLOPT_PRIVATE, &x);
  set(CURLOPT_URL, x.what.url.c_str());
  set(CURLOPT_POSTFIELDS, x.what.body.c_str());
  set(CURLOPT_POSTFIELDSIZE, static_cast<long>(x.what.body.size()));
  set(CURLOPT_HTTPHEADER, x.headers);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  set(CURLOPT_ERRORBUFFER, x.details.data());
  if (!x.what.ca.empty())
    set(CURLOPT_CAINFO, x.what.ca.c_str());
  if (!x.what.cert.empty()) {
    set(CURLOPT_SSLCERT, x.what.cert.c_str());
    set(CURLOPT_SSLKEY, x.what.key.c_str());
  }
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1l);
  // Who gives up must not wait until a name server answers.
  set(CURLOPT_QUICK_EXIT, 1l);
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(x.what.connect_limit.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(x.what.limit.count()));
  set(CURLOPT_TCP_KEEPALIVE, 1l);
  set(CURLOPT_TCP_KEEPIDLE, idle_limit);
  set(CURLOPT_TCP_KEEPINTVL, idle_limit);
  set(CURLOPT_WRITEFUNCTION, &state::take);
  set(CURLOPT_WRITEDATA, &x);
  if (curl_multi_add_handle(loop.multi_, x.easy) != CURLM_OK)
    throw std::bad_alloc{};
  x.multi = loop.multi_;
}

http_post::http_post(http_post&& other) noexcept = default;

http_post& http_post::operator=(http_post&& other) noexcept = default;

http_post::~http_post() = default;

bool http_post::over() const noexcept {
  return state_->over;
}

const std::string& http_post::fault() const noexcept {
  return state_->fault;
}

std::string http_post::take_bytes() {
  return std::exchange(state_->received, {});
}

std::string http_post::take_line() {
  auto& bytes = state_->received;
  auto end = bytes.find('\n');
  if (end == std::string::npos)
    return {};
  auto result = bytes.substr(0, end + 1);
  bytes.erase(0, end + 1);
  return result;
}

post_loop::post_loop() {
  start_curl();
  multi_ = curl_multi_init();
  if (multi_ == nullptr)
    throw std::bad_alloc{};
}

post_loop::~post_loop() {
  curl_multi_cleanup(multi_);
}

void post_loop::wait(std::chrono::milliseconds limit) {
  curl_multi_poll(multi_, nullptr, 0, static_cast<int>(limit.count()), nullptr);
}

void post_loop::work() {
  int running = 0;
  curl_multi_perform(multi_, &running);
  int left = 0;
  while (auto* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE)
      continue;
    http_post::state* which = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &which);
    which->finish(message->data.result);
  }
}

void post_loop::wake() noexcept {
  curl_multi_wakeup(multi_);
}

} // namespace livegrid
