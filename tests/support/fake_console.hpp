#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/error.hpp"

namespace livegrid::test {

/// What a console is asked, and what it answers.
struct fake_console_script {
  /// Answers a line; without it the questions stay open.
  std::function<caf::expected<console_answer>(const std::string&)> answer;

  std::vector<std::string> heard;
  std::vector<caf::typed_response_promise<console_answer>> open;
};

inline console_actor::behavior_type
fake_console(console_actor::pointer self,
             std::shared_ptr<fake_console_script> script) {
  // Who asks would wait for answers that cannot come any more.
  self->attach_functor([script] {
    for (auto& x : script->open)
      x.deliver(make_error(errc::unavailable, "the console has ended"));
    script->open.clear();
  });
  return {
    [](join_atom, const feed_actor&) {},
    [self, script](ask_atom, const std::string& line) {
      script->heard.emplace_back(line);
      auto to = self->make_response_promise<console_answer>();
      if (!script->answer)
        script->open.emplace_back(to);
      else if (auto x = script->answer(line))
        to.deliver(*x);
      else
        to.deliver(x.error());
      return to;
    },
    [](check_atom, std::uint64_t) {},
  };
}

/// An answer that is a note alone.
inline console_answer noted(std::string text) {
  console_answer result;
  result.note = std::move(text);
  return result;
}

} // namespace livegrid::test
