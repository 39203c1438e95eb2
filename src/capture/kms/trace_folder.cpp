// SPDX-License-Identifier: MIT
#include "capture/kms/trace_folder.h"

#include <array>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace oriel::kms_capture {
namespace {

constexpr std::array<const char*, 2> kUsualPlaces{"/sys/kernel/tracing",
                                                  "/sys/kernel/debug/tracing"};
constexpr mode_t kOwnerOnly = S_IRWXU;

UniqueFd open_folder(const char* path) {
    return UniqueFd(::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

UniqueFd find_mounted() {
    for (const char* place : kUsualPlaces) {
        UniqueFd folder = open_folder(place);
        struct statfs info{};
        if (folder && ::fstatfs(folder.get(), &info) == 0 && info.f_type == TRACEFS_MAGIC) {
            return folder;
        }
    }
    return {};
}

struct FolderListTraits {
    void operator()(DIR* list) const { static_cast<void>(::closedir(list)); }
};

}  // namespace

Result<TraceFolder> TraceFolder::open() {
    if (UniqueFd mounted = find_mounted()) {
        return TraceFolder(std::move(mounted));
    }
    const UniqueFd context(::fsopen("tracefs", FSOPEN_CLOEXEC));
    if (!context || ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
        return Failure(Error::system("mount tracefs", errno));
    }
    UniqueFd root(::fsmount(context.get(), FSMOUNT_CLOEXEC, 0));
    if (!root) {
        return Failure(Error::system("mount tracefs", errno));
    }
    return TraceFolder(std::move(root));
}

Result<TraceFolder> TraceFolder::open_at(const std::string& path) {
    UniqueFd root = open_folder(path.c_str());
    if (!root) {
        return Failure(Error::system("open " + path, errno));
    }
    return TraceFolder(std::move(root));
}

Result<std::string> TraceFolder::read(const std::string& path) const {
    const UniqueFd file(::openat(root_.get(), path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        return Failure(Error::system("open tracefs' " + path, errno));
    }
    std::string text;
    std::array<char, 4096> piece{};
    for (;;) {
        const ssize_t got = ::read(file.get(), piece.data(), piece.size());
        if (got < 0) {
            return Failure(Error::system("read tracefs' " + path, errno));
        }
        if (got == 0) {
            return text;
        }
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
}

Result<void> TraceFolder::write(const std::string& path, std::string_view text) const {
    // Appending: opened otherwise, a file of definitions forgets those of everybody.
    const UniqueFd file(::openat(root_.get(), path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!file) {
        return Failure(Error::system("open tracefs' " + path, errno));
    }
    const ssize_t put = ::write(file.get(), text.data(), text.size());
    if (put != static_cast<ssize_t>(text.size())) {
        return Failure(Error::system("write tracefs' " + path, put < 0 ? errno : EIO));
    }
    return {};
}

Result<UniqueFd> TraceFolder::open_pipe(const std::string& path) const {
    UniqueFd pipe(::openat(root_.get(), path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!pipe) {
        return Failure(Error::system("open tracefs' " + path, errno));
    }
    return pipe;
}

Result<void> TraceFolder::make_folder(const std::string& path) const {
    if (::mkdirat(root_.get(), path.c_str(), kOwnerOnly) != 0) {
        return Failure(Error::system("make tracefs' " + path, errno));
    }
    return {};
}

void TraceFolder::remove_folder(const std::string& path) const {
    static_cast<void>(::unlinkat(root_.get(), path.c_str(), AT_REMOVEDIR));
}

std::vector<std::string> TraceFolder::folders(const std::string& path) const {
    std::vector<std::string> names;
    UniqueFd folder(::openat(root_.get(), path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) {
        return names;
    }
    const std::unique_ptr<DIR, FolderListTraits> list(::fdopendir(folder.get()));
    if (!list) {
        return names;
    }
    // The list closes it now.
    static_cast<void>(folder.release());
    while (const dirent* entry = ::readdir(list.get())) {  // NOLINT(concurrency-mt-unsafe)
        const std::string name = entry->d_name;
        if (entry->d_type == DT_DIR && name != "." && name != "..") {
            names.push_back(name);
        }
    }
    return names;
}

}  // namespace oriel::kms_capture
