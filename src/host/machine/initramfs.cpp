// SPDX-License-Identifier: MIT
#include "host/machine/initramfs.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/stat.h>

#include "host/machine/whole_file.h"

namespace oriel {
namespace {

constexpr unsigned kPermissions = 0777;

void pad_to_four(std::string& archive) {
    archive.append((4 - archive.size() % 4) % 4, '\0');
}

}  // namespace

void Initramfs::add(const std::string& path, const Entry& entry, std::string_view content) {
    const bool is_folder = (entry.mode & S_IFMT) == S_IFDIR;
    // Magic, inode, mode, uid, gid, links, time, size, device, device it stands for, length of
    // the name with its zero, checksum: all of eight hexadecimal digits.
    archive_ += fmt::format(
        "070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}",
        next_inode_++,
        entry.mode,
        0,
        0,
        is_folder ? 2 : 1,
        0,
        content.size(),
        0,
        0,
        entry.major,
        entry.minor,
        path.size() + 1,
        0);
    archive_ += path;
    archive_.push_back('\0');
    pad_to_four(archive_);
    archive_ += content;
    pad_to_four(archive_);
}

void Initramfs::add_folder(const std::string& path) {
    if (path.empty() || std::ranges::find(folders_, path) != folders_.end()) {
        return;
    }
    const std::size_t slash = path.rfind('/');
    if (slash != std::string::npos) {
        add_folder(path.substr(0, slash));
    }
    folders_.push_back(path);
    add(path, {.mode = S_IFDIR | 0755U}, "");
}

void Initramfs::add_file(const std::string& path, std::string_view content, unsigned mode) {
    if (const std::size_t slash = path.rfind('/'); slash != std::string::npos) {
        add_folder(path.substr(0, slash));
    }
    add(path, {.mode = S_IFREG | (mode & kPermissions)}, content);
}

void Initramfs::add_link(const std::string& path, std::string_view target) {
    add(path, {.mode = S_IFLNK | kPermissions}, target);
}

void Initramfs::add_character_device(const std::string& path, unsigned major, unsigned minor) {
    add(path, {.mode = S_IFCHR | 0600U, .major = major, .minor = minor}, "");
}

Result<void> Initramfs::add_copy(const std::string& path, const std::string& from, unsigned mode) {
    ORIEL_TRY_ASSIGN(const std::string content, read_whole_file(from));
    add_file(path, content, mode);
    return {};
}

std::string Initramfs::finish() {
    add("TRAILER!!!", {.mode = 0}, "");
    return std::move(archive_);
}

}  // namespace oriel
