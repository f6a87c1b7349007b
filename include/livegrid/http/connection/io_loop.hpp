#pragma once

#include <atomic>
#include <deque>
#include <thread>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <caf/all.hpp>

#include "livegrid/actors.hpp"

namespace livegrid {

/// A thread that waits for sockets and runs actors between their events. An
/// actor that is woken here runs here, and so do those that it wakes: a tick
/// goes from the socket that brought it to the sockets that show it without
/// changing threads.
class io_loop final : public caf::execution_unit {
public:
  explicit io_loop(caf::actor_system& sys);

  ~io_loop() override;

  /// Where sockets of this loop live. One thread runs it.
  asio::io_context& context() noexcept {
    return context_;
  }

  /// Starts the thread.
  void start();

  /// Ends the thread, once all that is ready has run, and waits for it. Actors
  /// that live here must have ended.
  void stop();

  /// Makes an actor run here; from any thread.
  void exec_later(caf::resumable* job) override;

  /// Sends `flush_atom` after whatever is ready now. From this thread.
  void flush_after_turn(const fanout_actor& whom);

  /// Whether the caller runs on this loop.
  bool here() const noexcept {
    return std::this_thread::get_id() == thread_id_.load();
  }

private:
  void enqueue(caf::resumable* job);

  void run_jobs();

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::deque<caf::resumable*> jobs_;
  bool run_due_ = false;
  std::thread thread_;
  std::atomic<std::thread::id> thread_id_{};
};

} // namespace livegrid
