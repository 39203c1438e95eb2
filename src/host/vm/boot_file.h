// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace oriel {

/// What `oriel vm run` is given to boot.
struct BootFile {
    enum class Kind : std::uint8_t { Disk, Disc, Kernel };

    std::string path;  ///< Absolute.
    Kind kind = Kind::Disk;
    std::string format;  ///< Of a disk, as QEMU names it: "qcow2", "raw".
};

/// Looks at the file's first bytes. `format`, where it is not empty, is taken at its word.
///
/// Trust: a guest writes its own disk, and could write another format's header onto a raw one to
/// be shown other files of the host at the next start. So a disk that names further files has to
/// be vouched for by `format`.
/// Errors: NotFound; Usage for what is nothing to boot, with what to do.
Result<BootFile> look_at_boot_file(const std::string& path, const std::string& format);

}  // namespace oriel
