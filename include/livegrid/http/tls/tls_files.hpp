#pragma once

#include <string>

namespace livegrid {

/// What is wrong with a certificate, its key and the authority that has signed
/// it (PEM files), or empty: each must be readable, the key the certificate's,
/// without a password and closed to others, and the certificate signed by the
/// authority and valid now. Names the file.
std::string tls_fault(const std::string& cert, const std::string& key,
                      const std::string& authority);

} // namespace livegrid
