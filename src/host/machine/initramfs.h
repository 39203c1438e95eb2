// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oriel {

/// The files of a guest's first root, as the kernel takes them: a cpio archive of the kind "newc".
///
/// Paths are without a slash at the front. Folders on the way are made as needed.
class Initramfs {
  public:
    void add_folder(const std::string& path);
    void add_file(const std::string& path, std::string_view content, unsigned mode);
    void add_link(const std::string& path, std::string_view target);
    void add_character_device(const std::string& path, unsigned major, unsigned minor);

    /// A copy of a file of this machine. Errors: System, naming it.
    Result<void> add_copy(const std::string& path, const std::string& from, unsigned mode);

    /// The archive, to its last byte. Call once, at the end.
    std::string finish();

  private:
    struct Entry {
        unsigned mode;  ///< With the file's kind, as in stat(2).
        unsigned major = 0;
        unsigned minor = 0;
    };

    void add(const std::string& path, const Entry& entry, std::string_view content);

    std::string archive_;
    std::vector<std::string> folders_;
    std::uint32_t next_inode_ = 1;
};

}  // namespace oriel
