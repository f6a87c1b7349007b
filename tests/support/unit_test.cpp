#include "unit_test.hpp"

namespace livegrid::test {

bool count_check(const char* file, std::size_t line, const char* what,
                 bool passed, const std::string& values) {
  using caf::term;
  using caf::test::engine;
  auto out = caf::test::logger::instance().massive();
  out << (passed ? term::green : term::red) << (passed ? "** " : "!! ")
      << term::blue << file << term::yellow << ":" << term::blue << line
      << caf::test::detail::fill(line) << term::reset << what << values << '\n';
  if (passed)
    engine::current_test()->pass();
  else
    engine::current_test()->fail(false);
  engine::last_check_file(file);
  engine::last_check_line(line);
  return passed;
}

void end_test(const char* what) {
  caf::test::detail::requirement_failed(what);
}

} // namespace livegrid::test
