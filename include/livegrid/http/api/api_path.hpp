#pragma once

#include <string_view>

namespace livegrid {

/// What the descriptions of the interface say of one path of the service's own,
/// each in the words of its language, as JSON.
struct api_path {
  std::string_view path;

  /// OpenAPI's operations of it, by their methods in lower case.
  std::string_view operations;

  /// OpenAPI's schemas that these alone refer to, by their names.
  std::string_view schemas = "{}";

  /// Of a WebSocket, what AsyncAPI has in its objects of these names:
  /// `channels`, `operations`, and `messages` of the components.
  std::string_view sockets = "{}";
};

} // namespace livegrid
