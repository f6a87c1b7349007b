#include "livegrid/http/node/console_session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/post.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/operator/console.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/system/secret.hpp"

namespace livegrid {

namespace {

using namespace std::chrono_literals;

/// For an operator to prove who he is: a program does that at once.
constexpr std::chrono::milliseconds proof_time = 3s;

/// For him to take an answer.
constexpr std::chrono::milliseconds write_time = 10s;

/// Longer than the console waits for those it asks, less than the operator's
/// program waits for it.
constexpr std::chrono::milliseconds answer_time = 9s;

/// Of a line's seal, and its end.
constexpr std::size_t seal_size = 128;

/// Commands that do more than to answer.
constexpr std::string_view changing[] = {"close", "pause", "resume",   "log",
                                         "move",  "drain", "rebalance"};

/// What is no key's name may be a secret that was put in the wrong place.
std::string_view shown_name(std::string_view name) {
  return is_key_name(name) ? name : "invalid";
}

/// Asks the console and hands on what it says, on a thread of the system's.
template <class Done>
void ask(caf::actor_system& sys, const console_actor& whom, std::string line,
         Done done) {
  sys.spawn([whom, done, line = std::move(line)](caf::event_based_actor* self) {
    self->request(whom, answer_time, ask_atom_v, line)
      .then([done](console_answer& x) { done(std::move(x), std::string{}); },
            [done](caf::error& why) {
              done(console_answer{}, to_refusal(why).message);
            });
  });
}

} // namespace

console_session::console_session(socket peer, const console_backend& parts,
                                 std::optional<std::uint32_t> uid)
  : socket_(std::move(peer)),
    parts_(parts),
    uid_(uid),
    timer_(parts.loop.context()) {
  // nop
}

void console_session::start() {
  read_line(false, [self = shared_from_this()](const std::string& line) {
    auto said = console_line::parse(line);
    if (said && said->protocol == console_protocol)
      return self->greet();
    self->refuse("that is not livegrid-console, or one of another version");
  });
}

void console_session::stop() {
  asio::error_code gone;
  timer_.cancel(gone);
  socket_.close(gone);
  if (auto done = std::exchange(on_end, nullptr))
    done();
}

// -- lines --------------------------------------------------------------------

void console_session::limit_time(std::chrono::milliseconds time) {
  timer_.expires_after(time);
  timer_.async_wait([self = weak_from_this()](const asio::error_code& off) {
    if (auto x = self.lock(); x && !off)
      x->stop();
  });
}

void console_session::read_line(bool patient,
                                std::function<void(std::string)> then) {
  if (patient)
    timer_.cancel();
  else
    limit_time(proof_time);
  asio::async_read_until(
    socket_, asio::dynamic_buffer(in_, max_console_question), '\n',
    [self = shared_from_this(),
     then = std::move(then)](const asio::error_code& fault, std::size_t n) {
      // It may have been stopped while the line was on its way here.
      if (!self->socket_.is_open())
        return;
      if (fault == asio::error::not_found)
        return self->refuse("a line is over "
                            + std::to_string(max_console_question) + " bytes");
      if (fault)
        return self->stop();
      auto line = self->in_.substr(0, n - 1);
      self->in_.erase(0, n);
      then(std::move(line));
    });
}

void console_session::write_line(const std::string& line, function then) {
  out_ = line + '\n';
  limit_time(write_time);
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this(), then = std::move(then)](
                      const asio::error_code& fault, std::size_t) {
                      self->out_ = {};
                      if (fault || !self->socket_.is_open())
                        return self->stop();
                      then();
                    });
}

void console_session::refuse(const std::string& why) {
  console_line x;
  x.error = why;
  auto line = x.str();
  write_line(answers_ ? answers_->seal(line) : line,
             [self = shared_from_this()] { self->stop(); });
}

// -- who it is ----------------------------------------------------------------

void console_session::greet() {
  console_line x;
  x.protocol = console_protocol;
  x.wants_proof = !uid_ && parts_.wants_keys();
  nonce_ = make_nonce();
  x.nonce = nonce_;
  write_line(x.str(), [self = shared_from_this(), wants = x.wants_proof] {
    if (!wants)
      return self->next_question();
    self->read_line(false, [self](const std::string& line) {
      auto said = console_line::parse(line);
      if (said)
        return self->check_proof(*said);
      self->refuse("that is no proof of a key");
    });
  });
}

void console_session::check_proof(const console_line& said) {
  auto turn_away = [&](const std::string& why) {
    add(parts_.stats->of(counters::fault::access));
    parts_.log->warning("operator_refused",
                        {{"key", shown_name(said.key)}, {"why", why}});
    refuse(why);
  };
  if (!is_nonce(said.nonce))
    return turn_away("invalid key");
  auto key = parts_.find_key(said.key);
  // It takes as long for a name that there is not.
  static const auto nobodys = sha256(random_bytes(32));
  console_proof proof{key ? key->hash : nobodys, said.key, nonce_, said.nonce};
  if (!same_proof(said.proof, proof.of_operator()) || !key)
    return turn_away("invalid key");
  key_ = std::move(key);
  // Only who has the key itself hears what is wrong with it.
  if (auto why = fault(); !why.empty())
    return turn_away(why);
  console_line x;
  x.proof = proof.of_node();
  write_line(x.str(), [self = shared_from_this(), proof] {
    self->questions_ = proof.questions();
    self->answers_ = proof.answers();
    self->next_question();
  });
}

std::string console_session::fault() const {
  if (!key_)
    return {};
  auto now = parts_.find_key(key_->name);
  if (!now || !same(now->hash, key_->hash))
    return "invalid key";
  if (!now->may(scope::operate))
    return "key " + key_->name + " may not operate";
  return {};
}

// -- questions ----------------------------------------------------------------

void console_session::next_question() {
  read_line(true, [self = shared_from_this()](const std::string& line) {
    self->answer_line(line);
  });
}

void console_session::answer_line(const std::string& line) {
  auto text = questions_ ? questions_->open(line) : std::optional{line};
  if (!text)
    return refuse("that line is not from whoever has shown the key");
  auto said = console_line::parse(*text);
  if (!said || !said->ask)
    return refuse("that is no question");
  if (auto why = fault(); !why.empty()) {
    parts_.log->warning("operator_refused",
                        {{"key", key_->name}, {"why", why}});
    return refuse(why);
  }
  do_command(std::move(*said->ask));
}

void console_session::do_command(std::string line) {
  auto command = console_command::parse(line);
  if (std::find(std::begin(changing), std::end(changing), command.name)
        != std::end(changing)
      && !command.options.contains("ask"))
    parts_.log->info(
      "operator_did",
      {{"key", key_ ? std::string_view{key_->name} : std::string_view{"none"}},
       {"uid", uid_},
       {"command", command.str()}});
  auto done = [self = shared_from_this()](console_answer x, std::string error) {
    asio::post(self->parts_.loop.context(),
               [self, x = std::move(x), error = std::move(error)] {
                 self->deliver(x, error);
               });
  };
  ask(parts_.sys, parts_.console, std::move(line), std::move(done));
}

void console_session::deliver(const console_answer& x,
                              const std::string& error) {
  console_line what;
  if (error.empty())
    what.answer = x;
  else
    what.error = error;
  auto line = what.str();
  if (line.size() > max_console_answer - seal_size) {
    what.answer.reset();
    what.error = "the answer is too long";
    line = what.str();
  }
  write_line(answers_ ? answers_->seal(line) : line,
             [self = shared_from_this()] { self->next_question(); });
}

} // namespace livegrid
