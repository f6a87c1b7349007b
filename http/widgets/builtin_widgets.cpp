#include "livegrid/http/widgets/builtin_widgets.hpp"

namespace livegrid {

namespace {

/// The first one is OpenBB's documented example. Its hidden column lets
/// `change` follow live updates: Workspace takes over declared columns only,
/// and the colour of the price hangs on it.
constexpr std::string_view definitions = R"json({
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
  },
  "market": {
    "name": "Market",
    "description": "All symbols, as they change",
    "type": "live_grid",
    "endpoint": "market_data",
    "wsEndpoint": "market_ws",
    "gridData": {"w": 20, "h": 18},
    "data": {
      "wsRowIdColumn": "symbol",
      "table": {
        "showAll": false,
        "columnsDefs": [
          {
            "field": "symbol",
            "headerName": "Symbol",
            "pinned": "left",
            "enableCellChangeWs": true
          },
          {
            "field": "freshness",
            "headerName": "Freshness",
            "enableCellChangeWs": true
          },
          {
            "field": "time",
            "headerName": "Last time",
            "cellDataType": "text",
            "minWidth": 190,
            "enableCellChangeWs": true
          },
          {
            "field": "price",
            "headerName": "Price",
            "decimalPlaces": 4,
            "renderFn": "showCellChange",
            "renderFnParams": {"colorValueKey": "change"},
            "enableCellChangeWs": true
          },
          {
            "field": "bid",
            "headerName": "Bid",
            "decimalPlaces": 4,
            "enableCellChangeWs": true
          },
          {
            "field": "ask",
            "headerName": "Ask",
            "decimalPlaces": 4,
            "enableCellChangeWs": true
          },
          {
            "field": "change",
            "headerName": "Change",
            "decimalPlaces": 4,
            "renderFn": "greenRed",
            "enableCellChangeWs": true
          },
          {
            "field": "change_percent",
            "headerName": "Change %",
            "formatterFn": "normalizedPercent",
            "decimalPlaces": 2,
            "renderFn": "greenRed",
            "enableCellChangeWs": true
          },
          {
            "field": "low",
            "headerName": "Low",
            "decimalPlaces": 4,
            "enableCellChangeWs": true
          },
          {
            "field": "high",
            "headerName": "High",
            "decimalPlaces": 4,
            "enableCellChangeWs": true
          },
          {
            "field": "volume",
            "headerName": "Volume",
            "formatterFn": "int",
            "decimalPlaces": 0,
            "enableCellChangeWs": true
          },
          {
            "field": "source",
            "headerName": "Source",
            "enableCellChangeWs": true
          }
        ]
      }
    },
    "params": [
      {
        "paramName": "symbol",
        "label": "Symbols",
        "description": "The symbols to show",
        "type": "endpoint",
        "multiSelect": true,
        "value": "*",
        "optionsEndpoint": "symbols",
        "optionsParams": {"with": "all"}
      }
    ]
  }
})json";

} // namespace

std::string_view builtin_widgets() noexcept {
  return definitions;
}

} // namespace livegrid
