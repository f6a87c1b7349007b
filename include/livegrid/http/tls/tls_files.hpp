#pragma once

#include <string>

#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// Whether a certificate, its key and the authority that has signed it (PEM
/// files) are good: each must be readable, the key the certificate's, without a
/// password and closed to others, and the certificate signed by the authority
/// and valid now.
/// @returns what is wrong if they are not, with the file.
expected<void, std::string> check_tls_files(const std::string& cert,
                                            const std::string& key,
                                            const std::string& authority);

} // namespace livegrid
