// SPDX-License-Identifier: MIT
#include "region/sysfs_file.h"

#include <fstream>

namespace oriel {

std::string first_line_in(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::uint64_t hex_number_in(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::uint64_t number = 0;
    file >> std::hex >> number;
    return file ? number : 0;
}

}  // namespace oriel
