#define CAF_SUITE http.console.terminal_text

#include "livegrid/http/console/terminal_text.hpp"

#include "unit_test.hpp"

using namespace livegrid;

CAF_TEST(plain_text_is_left_alone) {
  CAF_CHECK_EQUAL(printable("Mozilla/5.0 (X11) ~"), "Mozilla/5.0 (X11) ~");
  CAF_CHECK_EQUAL(printable("Grüße, 東京"), "Grüße, 東京");
  CAF_CHECK_EQUAL(printable(""), "");
}

CAF_TEST(control_characters_do_not_reach_the_terminal) {
  CAF_CHECK_EQUAL(printable("a\x1b[2Jb\r\n\t"), "a?[2Jb???");
  CAF_CHECK_EQUAL(printable("a\x7f"), "a?");
  CAF_CHECK_EQUAL(printable(std::string_view{"a\0b", 3}), "a?b");
  // CSI as one character, in UTF-8 and as a byte of its own.
  CAF_CHECK_EQUAL(printable("a\xc2\x9b"
                            "2J"),
                  "a?2J");
  CAF_CHECK_EQUAL(printable("a\x9b"
                            "2J"),
                  "a?2J");
  // The first that is none.
  CAF_CHECK_EQUAL(printable("\xc2\x80\xc2\x9f\xc2\xa0"), "??\xc2\xa0");
}

CAF_TEST(marks_that_turn_the_direction_do_not_reach_the_terminal) {
  CAF_CHECK_EQUAL(printable("a\u202e\u2066\u200f\u2028"
                            "b"),
                  "a????b");
}

CAF_TEST(what_is_no_utf8_is_replaced_byte_by_byte) {
  CAF_CHECK_EQUAL(printable("\xff\xfe"), "??");
  CAF_CHECK_EQUAL(printable("\xc3"), "?");
  CAF_CHECK_EQUAL(printable("\xe2\x82"), "??");
  CAF_CHECK_EQUAL(printable("\xe2\x82\x1b"), "???");
  // Overlong forms of an escape, a surrogate, above the last one.
  CAF_CHECK_EQUAL(printable("\xc0\x9b"), "??");
  CAF_CHECK_EQUAL(printable("\xe0\x80\x9b"), "???");
  CAF_CHECK_EQUAL(printable("\xed\xa0\x80"), "???");
  CAF_CHECK_EQUAL(printable("\xf4\x90\x80\x80"), "????");
  CAF_CHECK_EQUAL(as_utf8("a\xff"), "a\xef\xbf\xbd");
  CAF_CHECK_EQUAL(as_utf8("a\x1bü"), "a\x1bü");
}

CAF_TEST(text_is_cut_by_columns) {
  CAF_CHECK_EQUAL(fit("abcdef", 6), "abcdef");
  CAF_CHECK_EQUAL(fit("abcdef", 4), "abc…");
  CAF_CHECK_EQUAL(fit("üüü", 3), "üüü");
  CAF_CHECK_EQUAL(fit("abc", 1), "…");
  CAF_CHECK_EQUAL(fit("abc", 0), "");
  CAF_CHECK_EQUAL(columns_of("東京"), 4u);
  CAF_CHECK_EQUAL(fit("東京東", 5), "東京…");
  CAF_CHECK_EQUAL(fit("東京東", 4), "東…");
  CAF_CHECK_EQUAL(columns_of("e\u0301"), 1u);
  // Emoji take two columns, and how they look takes none.
  CAF_CHECK_EQUAL(columns_of("\U0001F600"), 2u);
  CAF_CHECK_EQUAL(columns_of("\u2764\ufe0f"), 1u);
  // Hebrew with a point, and a Thai vowel above.
  CAF_CHECK_EQUAL(columns_of("\u05d1\u05bc"), 1u);
  CAF_CHECK_EQUAL(columns_of("\u0e01\u0e34"), 1u);
  // What nobody has given a meaning yet, and what a '?' stands for.
  CAF_CHECK_EQUAL(columns_of("\u0378"), 1u);
  CAF_CHECK_EQUAL(columns_of("\u202e\xff"), 2u);
}
