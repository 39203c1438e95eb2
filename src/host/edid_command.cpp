// SPDX-License-Identifier: MIT
#include "host/edid_command.h"

#include <array>
#include <cerrno>
#include <span>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/linux/fd.h"
#include "base/output.h"
#include "base/report.h"
#include "edid/read_edid.h"
#include "host/edid_text.h"

namespace oriel {
namespace {

constexpr const char* kStandard = "-";

Result<void> write_all(const UniqueFd& fd,
                       std::string_view what,
                       std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return Failure(Error::system(fmt::format("write {}", what), errno));
        }
        bytes = bytes.subspan(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return {};
}

/// Up to one byte more than an EDID can have: whoever reads it sees that it is too long.
Result<std::vector<std::uint8_t>> read_all(const UniqueFd& fd, std::string_view what) {
    std::vector<std::uint8_t> bytes(kMaxEdidBytes + 1);
    std::size_t size = 0;
    while (size < bytes.size()) {
        const ssize_t count = ::read(fd.get(), &bytes[size], bytes.size() - size);
        if (count < 0 && errno != EINTR) {
            return Failure(Error::system(fmt::format("read {}", what), errno));
        }
        if (count == 0) {
            break;
        }
        size += count < 0 ? 0 : static_cast<std::size_t>(count);
    }
    bytes.resize(size);
    return bytes;
}

Result<void> make(const EdidMakeOptions& options) {
    ORIEL_TRY_ASSIGN(const std::vector<std::uint8_t> bytes, make_edid(options.edid));
    if (options.file == kStandard) {
        if (::isatty(STDOUT_FILENO) == 1) {
            return Failure(Error::usage("an EDID is no text for a terminal: name a file with -o"));
        }
        const UniqueFd out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
        return write_all(out, "standard output", bytes);
    }
    const UniqueFd file(
        ::open(options.file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file) {
        return Failure(Error::system(fmt::format("write {}", options.file), errno));
    }
    ORIEL_TRY(write_all(file, options.file, bytes));
    print_line(options.file);
    return {};
}

Result<EdidReport> report_of(const std::string& file) {
    if (file == kStandard) {
        const UniqueFd in(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
        ORIEL_TRY_ASSIGN(const auto bytes, read_all(in, "standard input"));
        return read_edid(bytes);
    }
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) {
        return Failure(Error::system(fmt::format("read {}", file), errno));
    }
    ORIEL_TRY_ASSIGN(const auto bytes, read_all(fd, file));
    if (bytes.empty() && file.starts_with("/sys/")) {
        return Failure(Error::not_found(
            fmt::format("{} is empty: nothing is plugged into that connector", file)));
    }
    auto report = read_edid(bytes);
    if (!report) {
        return Failure(Error::protocol(fmt::format("{}: {}", file, report.error().message)));
    }
    return report;
}

}  // namespace

int run_edid_make(const EdidMakeOptions& options) {
    const auto made = make(options);
    return made ? 0 : report_failure(made.error());
}

int run_edid_show(const EdidShowOptions& options) {
    const auto report = report_of(options.file);
    if (!report) {
        return report_failure(report.error());
    }
    if (options.output == EdidShowOptions::Output::Json) {
        print_line(edid_json(*report));
    } else {
        print_text(edid_text(*report));
    }
    return report->problems.empty() ? 0 : 1;
}

}  // namespace oriel
