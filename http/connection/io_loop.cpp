#include "livegrid/http/connection/io_loop.hpp"

#include <asio/post.hpp>

namespace livegrid {

namespace {

/// How many actors run before sockets get their turn again.
constexpr int jobs_per_turn = 128;

/// How many messages an actor takes before the next actor gets its turn.
constexpr std::size_t messages_per_job = 128;

} // namespace

io_loop::io_loop(caf::actor_system& sys)
  : caf::execution_unit(&sys), work_(context_.get_executor()) {
  // nop
}

io_loop::~io_loop() {
  stop();
}

void io_loop::start() {
  thread_ = std::thread{[this] {
    thread_id_ = std::this_thread::get_id();
    system().thread_started();
    context_.run();
    system().thread_terminates();
  }};
}

void io_loop::stop() {
  if (!thread_.joinable())
    return;
  work_.reset();
  context_.stop();
  thread_.join();
}

void io_loop::exec_later(caf::resumable* job) {
  if (here())
    enqueue(job);
  else
    asio::post(context_, [this, job] { enqueue(job); });
}

void io_loop::flush_after_turn(const fanout_actor& whom) {
  asio::post(context_, [this, whom] {
    whom->eq_impl(caf::make_message_id(), nullptr, this, flush_atom_v);
  });
}

void io_loop::enqueue(caf::resumable* job) {
  jobs_.emplace_back(job);
  if (!std::exchange(run_due_, true))
    asio::post(context_, [this] { run_jobs(); });
}

void io_loop::run_jobs() {
  for (int i = 0; i < jobs_per_turn && !jobs_.empty(); ++i) {
    auto* job = jobs_.front();
    jobs_.pop_front();
    switch (job->resume(this, messages_per_job)) {
    case caf::resumable::resume_later:
      jobs_.emplace_back(job);
      break;
    case caf::resumable::awaiting_message:
    case caf::resumable::done:
    case caf::resumable::shutdown_execution_unit:
      caf::intrusive_ptr_release(job);
      break;
    }
  }
  run_due_ = !jobs_.empty();
  if (run_due_)
    asio::post(context_, [this] { run_jobs(); });
}

} // namespace livegrid
