#pragma once

#include <string_view>
#include <vector>

#include <rapidjson/document.h>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/readers/symbol_params.hpp"

namespace livegrid {

/// The one path of the service that answers with options.
constexpr std::string_view options_path = "/symbols";

/// Which parameters of a live_grid, whose definition must have passed
/// `check_widget`, say of which symbols its rows are: the one that
/// `data.wsSymbolParam` names, where it is there; else `symbol` or `symbols`;
/// else the only one that takes several values and whose options are symbols.
/// Scripts may ask by `symbol` and `symbols` in any case, unless the widget
/// has them for something else.
/// @returns a fault if `data.wsSymbolParam` names none of the widget's.
expected<symbol_params, json_rules::fault>
symbol_params_of(const rapidjson::Value& definition);

/// What of it may not work as its author expects: that no parameter says which
/// symbols although one might, that the one that does was found by its options
/// alone, or that it has no value.
std::vector<json_rules::fault>
doubts_of_symbols(const rapidjson::Value& definition);

} // namespace livegrid
