#define CAF_SUITE http.system.line_reader

#include "livegrid/http/system/line_reader.hpp"

#include <zlib.h>

#include <string>
#include <string_view>
#include <vector>

#include "temp_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::literals;

namespace {

using result = line_reader::result;
using strings = std::vector<std::string>;

/// The bytes as gzip.
std::string gzipped(std::string_view bytes) {
  temp_file file{"", ".gz"};
  auto* out = ::gzopen(file.path().c_str(), "wb");
  ::gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size()));
  ::gzclose(out);
  std::string packed;
  auto* in = std::fopen(file.path().c_str(), "rb");
  for (int c; (c = std::fgetc(in)) != EOF;)
    packed += static_cast<char>(c);
  std::fclose(in);
  return packed;
}

/// All lines that are left with their numbers, and how it ended.
strings rest_of(line_reader& x) {
  strings out;
  for (;;) {
    std::string_view line;
    switch (x.next(line)) {
    case result::line:
      out.push_back(std::to_string(x.line_number()) + " " + std::string{line});
      break;
    case result::too_long:
      out.push_back(std::to_string(x.line_number()) + " too long");
      break;
    case result::end:
      return out;
    case result::broken:
      out.push_back(std::to_string(x.line_number()) + " broken: " + x.error());
      return out;
    }
  }
}

/// Why a file cannot be opened; empty if it can.
std::string fault_of(line_reader& x, const std::string& path) {
  auto opened = x.open(path);
  return opened ? std::string{} : opened.error();
}

/// The lines of a file that has these bytes.
strings read(std::string_view bytes) {
  temp_file file{bytes};
  line_reader x;
  CAF_REQUIRE_EQUAL(fault_of(x, file.path()), "");
  return rest_of(x);
}

} // namespace

CAF_TEST(a text is read line by line) {
  struct {
    std::string_view bytes;
    strings lines;
  } cases[] = {
    {"", {}},
    {"\n", {"1 "}},
    {"a", {"1 a"}},
    {"a\n", {"1 a"}},
    {"a\nb", {"1 a", "2 b"}},
    {"a\r\nb\r", {"1 a", "2 b"}},
    {"\r\n\n\r\r\n", {"1 ", "2 ", "3 \r"}},
    {"a\rb\n", {"1 a\rb"}},
    {"a\0b\n\xff\n"sv, {"1 a\0b"s, "2 \xff"}},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.bytes);
    CAF_CHECK_EQUAL(read(c.bytes), c.lines);
    CAF_CHECK_EQUAL(read(gzipped(c.bytes)), c.lines);
  }
}

CAF_TEST(a line may lie across what is read at once) {
  // Each begins and ends elsewhere in the blocks.
  std::string bytes;
  strings lines;
  for (std::size_t i = 0; i < 40; ++i) {
    std::string line(i * 1237, static_cast<char>('a' + i % 26));
    bytes += line + (i % 3 ? "\n" : "\r\n");
    lines.push_back(std::to_string(i + 1) + " " + line);
  }
  CAF_CHECK(read(bytes) == lines);
  CAF_CHECK(read(gzipped(bytes)) == lines);
}

CAF_TEST(a line that is too long is skipped) {
  const std::string most(line_reader::max_line, 'x');
  CAF_CHECK((read(most + "\nb\n") == strings{"1 " + most, "2 b"}));
  CAF_CHECK((read(most) == strings{"1 " + most}));
  CAF_CHECK_EQUAL(read("a\n" + most + "y\nb\n"),
                  (strings{"1 a", "2 too long", "3 b"}));
  CAF_CHECK_EQUAL(read(most + "y"), strings{"1 too long"});
  CAF_CHECK_EQUAL(read(most + most + most + "\nb"),
                  (strings{"1 too long", "2 b"}));
}

CAF_TEST(what cannot be played says why) {
  temp_directory folder;
  line_reader x;
  CAF_CHECK_EQUAL(fault_of(x, folder.path() + "/none"),
                  "No such file or directory");
  CAF_CHECK_EQUAL(fault_of(x, folder.path()), "is a directory");
  CAF_CHECK_EQUAL(fault_of(x, "/dev/null"), "is no regular file");
  // It may be tried again.
  temp_file file{"a"};
  CAF_CHECK_EQUAL(fault_of(x, file.path()), "");
  CAF_CHECK_EQUAL(rest_of(x), strings{"1 a"});
}

CAF_TEST(a file that is broken ends there) {
  std::string bytes;
  for (int i = 0; i < 20'000; ++i)
    bytes += std::to_string(i * 7919) + "\n";
  auto packed = gzipped(bytes);
  auto half = read(std::string_view{packed}.substr(0, packed.size() / 2));
  CAF_REQUIRE(half.size() > 1);
  CAF_CHECK_EQUAL(half[0], "1 0");
  CAF_CHECK(half.back().ends_with(" broken: the gzip file breaks off"));
  CAF_CHECK(half.back().starts_with(std::to_string(half.size())));
  auto hurt = packed;
  hurt[hurt.size() - 6] = static_cast<char>(~hurt[hurt.size() - 6]);
  CAF_CHECK_NOT_EQUAL(read(hurt).back().find(" broken: "), std::string::npos);
}

CAF_TEST(a file that starts over is the same) {
  for (auto& bytes : {"a\nb\nc"s, gzipped("a\nb\nc")}) {
    temp_file file{bytes};
    line_reader x;
    CAF_REQUIRE_EQUAL(fault_of(x, file.path()), "");
    std::string_view line;
    CAF_CHECK(x.next(line) == result::line);
    CAF_CHECK(x.rewind());
    CAF_CHECK_EQUAL(x.line_number(), 0u);
    const strings all{"1 a", "2 b", "3 c"};
    CAF_CHECK_EQUAL(rest_of(x), all);
    CAF_CHECK(x.rewind());
    CAF_CHECK_EQUAL(rest_of(x), all);
  }
  auto packed = gzipped(std::string(100'000, 'a') + "\nb");
  temp_file file{packed.substr(0, packed.size() - 5)};
  line_reader x;
  CAF_REQUIRE_EQUAL(fault_of(x, file.path()), "");
  auto first = rest_of(x);
  CAF_CHECK_EQUAL(x.error(), "the gzip file breaks off");
  CAF_CHECK(x.rewind());
  CAF_CHECK_EQUAL(x.error(), "");
  CAF_CHECK(rest_of(x) == first);
}
