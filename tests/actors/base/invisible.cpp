#define CAF_SUITE actors.base.invisible

#include "livegrid/actors/base/invisible.hpp"

#include "unit_test.hpp"

using namespace livegrid;

CAF_TEST(what shows something of its own is visible) {
  for (char32_t x :
       {U' ',          U'!',         U'A',      U'~',          U'\u00a0',
        U'\u00ac',     U'\u00ae',    U'\u00e9', U'\u034e',     U'\u0350',
        U'\u200a',     U'\u2010',    U'\u2027', U'\u202f',     U'\u205f',
        U'\u2070',     U'\u4e2d',    U'\ufdff', U'\ufe10',     U'\uff9f',
        U'\uffa1',     U'\ufffc',    U'\ufffd', U'\U0001f600', U'\U000dffff',
        U'\U000e1000', U'\U0010ffff'}) {
    CAF_MESSAGE(static_cast<unsigned>(x));
    CAF_CHECK(!is_invisible(x));
  }
}

CAF_TEST(what only changes what is shown is invisible) {
  for (char32_t x :
       {U'\0',          U'\t',          U'\n',          U'\r',
        U'\x1b',        U'\x1f', // control characters
        char32_t{0x7f}, char32_t{0x80}, char32_t{0x85}, char32_t{0x9f},
        U'\u00ad',                                 // soft hyphen
        U'\u034f',                                 // grapheme joiner
        U'\u061c',      U'\u200e',      U'\u200f', // direction marks
        U'\u202a',      U'\u202e',      U'\u2066',
        U'\u2069', // embeddings, isolates
        U'\u200b',      U'\u200d',      U'\u2060',
        U'\ufeff',                 // joiners, no width
        U'\u2028',      U'\u2029', // line separators
        U'\u115f',      U'\u1160',      U'\u3164',
        U'\uffa0',                                        // fillers of Hangul
        U'\u17b4',      U'\u180b',      U'\u180e',        // Khmer, Mongolian
        U'\ufe00',      U'\ufe0f',      U'\U000e0100',    // variation selectors
        U'\ufff0',      U'\ufff9',      U'\ufffb',        // annotations
        U'\U0001bca0',  U'\U0001d173',  U'\U0001d17a',    // shorthand, music
        U'\U000e0001',  U'\U000e0041',  U'\U000e0fff'}) { // tags
    CAF_MESSAGE(static_cast<unsigned>(x));
    CAF_CHECK(is_invisible(x));
  }
}
