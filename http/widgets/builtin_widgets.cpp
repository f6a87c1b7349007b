#include "livegrid/http/widgets/builtin_widgets.hpp"

namespace livegrid {

std::string_view builtin_widgets() noexcept {
  // The hidden column lets `change` follow live updates: Workspace takes over
  // declared columns only, and the colour of the price hangs on it.
  return R"json({
  "live_grid": {
    "name": "Live Grid",
    "description": "Live Grid",
    "type": "live_grid",
    "endpoint": "live_grid_data",
    "wsEndpoint": "live_grid_ws",
    "gridData": {"w": 20, "h": 9},
    "data": {
      "wsRowIdColumn": "symbol",
      "table": {
        "showAll": true,
        "columnsDefs": [
          {
            "field": "symbol",
            "headerName": "Symbol",
            "enableCellChangeWs": true
          },
          {
            "field": "price",
            "headerName": "Price",
            "renderFn": "showCellChange",
            "renderFnParams": {"colorValueKey": "change"},
            "enableCellChangeWs": true
          },
          {
            "field": "change",
            "headerName": "Change",
            "hide": true,
            "enableCellChangeWs": true
          },
          {
            "field": "change_percent",
            "headerName": "Change %",
            "renderFn": "greenRed",
            "enableCellChangeWs": true
          },
          {
            "field": "volume",
            "headerName": "Volume",
            "enableCellChangeWs": false
          }
        ]
      }
    },
    "params": [
      {
        "paramName": "symbol",
        "label": "Symbol",
        "description": "The symbol to get details for",
        "type": "text",
        "multiSelect": true,
        "value": "TSLA",
        "options": [
          {"label": "AAPL", "value": "AAPL"},
          {"label": "GOOGL", "value": "GOOGL"},
          {"label": "MSFT", "value": "MSFT"},
          {"label": "AMZN", "value": "AMZN"},
          {"label": "TSLA", "value": "TSLA"}
        ]
      }
    ]
  }
})json";
}

} // namespace livegrid
