#define CAF_SUITE http.system.process_status

#include "livegrid/http/system/process_status.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "in_child.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST(the time of the processor grows with what is done) {
  auto before = cpu_seconds();
  CAF_CHECK_GREATER_OR_EQUAL(before, 0.);
  while (cpu_seconds() < before + 0.01)
    ;
  CAF_CHECK_GREATER_OR_EQUAL(read_process_usage().cpu_s, before + 0.01);
}

CAF_TEST(memory is counted in bytes) {
  constexpr std::size_t size = 64 * 1024 * 1024;
  auto before = read_process_usage();
  CAF_CHECK_GREATER(before.resident, 1024u * 1024);
  CAF_CHECK_GREATER_OR_EQUAL(before.virtual_size, before.resident);
  auto* bytes = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CAF_REQUIRE(bytes != MAP_FAILED);
  auto mapped = read_process_usage();
  CAF_CHECK_GREATER_OR_EQUAL(mapped.virtual_size, before.virtual_size + size);
  CAF_CHECK_LESS(mapped.resident, before.resident + size / 2);
  for (std::size_t i = 0; i < size; i += 1024)
    static_cast<char*>(bytes)[i] = 1;
  CAF_CHECK_GREATER(read_process_usage().resident, before.resident + size / 2);
  ::munmap(bytes, size);
}

CAF_TEST(threads are counted) {
  auto before = read_process_usage().threads;
  CAF_CHECK_GREATER_OR_EQUAL(before, 1u);
  std::atomic<bool> end{false};
  std::thread more{[&] {
    while (!end)
      std::this_thread::yield();
  }};
  CAF_CHECK_EQUAL(read_process_usage().threads, before + 1);
  end = true;
  more.join();
}

CAF_TEST(a process starts once) {
  auto first = read_process_usage().started;
  using namespace std::chrono;
  auto now = duration<double>(system_clock::now().time_since_epoch()).count();
  // To a tick of the kernel's clock.
  CAF_CHECK_LESS(first, now + 0.02);
  CAF_CHECK_GREATER(first, now - 24 * 60 * 60);
  CAF_CHECK_EQUAL(read_process_usage().started, first);
}

CAF_TEST(the name of the program may hold anything) {
  auto out = in_child([] {
    auto before = read_process_usage();
    // See proc(5): brackets and blanks stand in the midst of the line.
    std::string name = ") 7 (S) 9";
    auto fd = ::open("/proc/self/comm", O_WRONLY);
    if (fd < 0 || ::write(fd, name.data(), name.size()) < 0)
      return std::string{"not named"};
    auto after = read_process_usage();
    return std::string{after.threads == 1 && after.started == before.started
                           && after.resident > 1024 * 1024
                         ? "read"
                         : "misread"};
  });
  CAF_CHECK_EQUAL(out, "read");
}

CAF_TEST(descriptors are counted whatever their numbers) {
  auto before = count_descriptors();
  CAF_CHECK_GREATER_OR_EQUAL(before, 3u);
  CAF_CHECK_EQUAL(open_descriptors(), before);
  if (auto told = told_descriptors())
    CAF_CHECK_EQUAL(*told, before);
  auto low = ::dup(0);
  auto high = ::fcntl(0, F_DUPFD, 3000);
  CAF_CHECK_EQUAL(count_descriptors(), before + (high < 0 ? 1 : 2));
  CAF_CHECK_EQUAL(open_descriptors(), before + (high < 0 ? 1 : 2));
  ::close(low);
  ::close(high);
  CAF_CHECK_EQUAL(count_descriptors(), before);
}

CAF_TEST(the most descriptors are those of the soft limit) {
  auto out = in_child([] {
    rlimit limit{77, 99};
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return std::to_string(max_descriptors());
  });
  CAF_CHECK_EQUAL(out, "77");
}

CAF_TEST(a person is told five things) {
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (auto& [name, value] : process_status()) {
    names.push_back(name);
    values.push_back(value.str());
    CAF_CHECK(!value.is_text());
  }
  CAF_CHECK_EQUAL(names,
                  (std::vector<std::string>{"cpu_s", "pid", "resident_kib",
                                            "descriptors", "threads"}));
  // Hundredths of a second.
  CAF_CHECK_EQUAL(values[0].size() - values[0].find('.'), 3u);
  CAF_CHECK_EQUAL(values[1], std::to_string(::getpid()));
  CAF_CHECK_GREATER(std::stoul(values[2]), 1024u);
  CAF_CHECK_EQUAL(values[3], std::to_string(open_descriptors()));
}
