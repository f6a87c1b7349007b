#pragma once

#include <string>

#include <rapidjson/document.h>

namespace livegrid {

/// Calls `f` with each param of a widget, which must have passed
/// `check_widget`, and the path to it. Params may stand in rows.
template <class Value, class F>
void for_each_param(Value& definition, F f) {
  auto params = definition.FindMember("params");
  if (params == definition.MemberEnd() || !params->value.IsArray())
    return;
  for (rapidjson::SizeType i = 0; i < params->value.Size(); ++i) {
    auto& x = params->value[i];
    auto path = ".params[" + std::to_string(i) + ']';
    if (!x.IsArray()) {
      f(x, path);
      continue;
    }
    for (rapidjson::SizeType j = 0; j < x.Size(); ++j)
      f(x[j], path + '[' + std::to_string(j) + ']');
  }
}

} // namespace livegrid
