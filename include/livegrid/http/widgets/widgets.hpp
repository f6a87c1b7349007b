#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/symbol_filter.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/readers/symbol_params.hpp"

namespace livegrid {

/// Columns of the dashboard that widgets are placed on.
constexpr int dashboard_columns = 40;

/// Widget definitions with `?token=...` behind each wsEndpoint, all of which
/// but the token is written once.
class token_template {
public:
  token_template() = default;

  /// @param json as `widget_set::widgets_json`.
  explicit token_template(const std::string& json);

  std::string with(std::string_view token) const;

private:
  std::vector<std::string> parts_; ///< between the tokens
};

/// A live_grid widget, as far as this service serves it.
struct widget {
  /// Its key in widgets.json.
  std::string id;

  /// The path of its GET endpoint: one leading slash, no query.
  std::string endpoint_path;

  /// The path of its WebSocket endpoint, or empty if the grid is static.
  std::string ws_path;

  /// The cells of its rows, in order, each once.
  std::vector<std::string> cells;

  /// Those of `cells` that tell one row from another; none makes a tape.
  std::vector<std::string> row_id;

  /// What Workspace may send in the query: the names of its parameters, and of
  /// those that stand in its endpoint.
  std::vector<std::string> params;

  /// Which of them say of which symbols the rows are, and those of all widgets
  /// that share an endpoint with this one.
  symbol_params asked;

  /// Writes the rows: the same cells in the same order.
  view_ptr view;

  /// The same with the cell `source` at the end, if `cells` lacks it, for
  /// whoever has to know what is simulated.
  view_ptr sourced_view;

  /// Its size on a dashboard, in grid units.
  int width = 20;
  int height = 9;
};

/// All that a file of widget definitions comes to.
struct widget_set {
  /// The live_grid widgets, in the order of the file.
  std::vector<widget> widgets;

  /// What `/widgets.json` answers.
  std::string widgets_json;

  /// The same for whoever needs a token to open a WebSocket.
  token_template widgets_with_token;

  /// What `/apps.json` answers.
  std::string apps_json;

  /// What the operator should know of although it is no error; one line each.
  std::vector<std::string> warnings;

  /// What cannot work with Workspace or this service, and the cure; one line
  /// each.
  std::vector<std::string> doubts;
};

/// The same definitions for whoever may not see all symbols: with defaults and
/// options that he may see.
/// @param json as `widget_set::widgets_json`.
/// @param token goes behind each wsEndpoint as `?token=...`, if not empty.
std::string widgets_for(const std::string& json, const std::string& token,
                        const symbol_filter& symbols);

/// Reads widget definitions in the form of OpenBB's widgets.json.
/// @param path the file; empty for the built-in ones.
/// @param own the paths at which the service itself answers, and which no
///            widget may have.
/// @returns the widgets, or one line that says which file, which widget and
///          which field is wrong, and why.
expected<widget_set, std::string>
load_widgets(const std::string& path,
             std::span<const std::string_view> own = {});

/// Like `load_widgets`, from a text.
/// @param origin where it comes from, for messages.
expected<widget_set, std::string>
parse_widgets(std::string_view text, std::string_view origin,
              std::span<const std::string_view> own = {});

} // namespace livegrid
