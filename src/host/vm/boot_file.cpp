// SPDX-License-Identifier: MIT
#include "host/vm/boot_file.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/linux/fd.h"

namespace oriel {
namespace {

/// Bytes of the file at a place; fewer, or none, at its end.
std::string bytes_at(const UniqueFd& file, std::uint64_t offset, std::size_t count) {
    std::string bytes(count, '\0');
    const ssize_t got = ::pread(file.get(), bytes.data(), count, static_cast<off_t>(offset));
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return bytes;
}

bool has_at(const UniqueFd& file, std::uint64_t offset, std::string_view expected) {
    return bytes_at(file, offset, expected.size()) == expected;
}

bool is_kernel(const UniqueFd& file) {
    constexpr std::uint64_t kLinuxHeader = 0x202;
    return has_at(file, kLinuxHeader, "HdrS") || has_at(file,
                                                        0,
                                                        "\x7F"
                                                        "ELF");
}

bool is_disc(const UniqueFd& file) {
    constexpr std::uint64_t kVolumeDescriptor = 0x8001;
    return has_at(file, kVolumeDescriptor, "CD001");
}

/// By the header of each format that has one; "" for none.
std::string format_by_header(const UniqueFd& file) {
    struct Header {
        std::uint64_t offset;
        std::string_view bytes;
        const char* format;
    };

    using namespace std::string_view_literals;
    static constexpr std::array<Header, 6> kHeaders{{{0, "QFI\xFB"sv, "qcow2"},
                                                     {0, "KDMV"sv, "vmdk"},
                                                     {0, "# Disk DescriptorFile"sv, "vmdk"},
                                                     {0x40, "\x7F\x10\xDA\xBE"sv, "vdi"},
                                                     {0, "vhdxfile"sv, "vhdx"},
                                                     {0, "conectix"sv, "vpc"}}};
    for (const Header& header : kHeaders) {
        if (has_at(file, header.offset, header.bytes)) {
            return header.format;
        }
    }
    return "";
}

/// A master boot record, or the one in front of a GPT.
bool has_boot_record(const UniqueFd& file) {
    constexpr std::uint64_t kBootMark = 510;
    return has_at(file, kBootMark, "\x55\xAA");
}

/// It has a backing file, or keeps its data in another one.
bool names_other_files(const UniqueFd& file, const std::string& format) {
    constexpr std::uint64_t kBackingFileOffset = 8;
    constexpr std::uint64_t kIncompatibleFeatures = 72;
    constexpr unsigned kExternalData = 4;
    if (format != "qcow2") {
        return format == "vmdk";
    }
    const std::string features = bytes_at(file, kIncompatibleFeatures, sizeof(std::uint64_t));
    const bool has_external_data =
        !features.empty() && (static_cast<unsigned char>(features.back()) & kExternalData) != 0;
    const std::string none(sizeof(std::uint64_t), '\0');
    return bytes_at(file, kBackingFileOffset, none.size()) != none || has_external_data;
}

Error unknown(const std::string& path) {
    return Error::usage(
        fmt::format("{} is no kernel, no disc and no disk with a boot record: see `qemu-img info "
                    "{}`, and name the format with --format",
                    path,
                    path));
}

}  // namespace

Result<BootFile> look_at_boot_file(const std::string& path, const std::string& format) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
        return Failure(errno == ENOENT ? Error::not_found("no image or kernel at " + path)
                                       : Error::system("open " + path, errno));
    }
    struct stat status{};
    const bool is_known = ::fstat(file.get(), &status) == 0;
    const bool is_readable = S_ISREG(status.st_mode) || S_ISBLK(status.st_mode);
    if (!is_known || !is_readable) {
        return Failure(Error::usage(path + " is neither a file nor a disk"));
    }
    BootFile boot{std::filesystem::absolute(path).lexically_normal(), BootFile::Kind::Disk, format};
    if (!format.empty()) {
        return boot;
    }
    if (is_kernel(file)) {
        boot.kind = BootFile::Kind::Kernel;
        return boot;
    }
    boot.format = format_by_header(file);
    if (names_other_files(file, boot.format)) {
        return Failure(Error::usage(fmt::format(
            "{} names other files that are part of it: if you made it so, say --format {}",
            path,
            boot.format)));
    }
    if (!boot.format.empty()) {
        return boot;
    }
    boot.format = "raw";
    // Before the boot record: many discs have one as well, for USB sticks.
    if (is_disc(file)) {
        boot.kind = BootFile::Kind::Disc;
        return boot;
    }
    if (!has_boot_record(file)) {
        return Failure(unknown(path));
    }
    return boot;
}

}  // namespace oriel
