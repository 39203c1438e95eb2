// SPDX-License-Identifier: MIT
#include "host/machine/whole_file.h"

#include <cerrno>
#include <fstream>
#include <sstream>

namespace oriel {

Result<std::string> read_whole_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    // An empty file leaves nothing to insert, which counts as a failure of the stream's.
    if (!file || (file.peek() != std::ifstream::traits_type::eof() && !(content << file.rdbuf()))) {
        return Failure(Error::system("read " + path, errno));
    }
    return std::move(content).str();
}

}  // namespace oriel
