// SPDX-License-Identifier: MIT
#include "gpu/import_probe.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/linux/module.h"
#include "base/parse_number.h"

namespace oriel::gpu {
namespace {

constexpr std::string_view kWorks = "works: ";
constexpr std::string_view kFails = "fails: ";

/// A line is shorter.
constexpr std::size_t kMostSaid = 4096;

}  // namespace

Result<ImportProbe> ImportProbe::start(const ImportTrial& trial) {
    std::vector<std::string> command = arguments_of(trial);
    command.insert(command.begin(), helper_file(kProbeProgram));
    auto child = ChildProgram::start({.label = kProbeProgram,
                                      .arguments = std::move(command),
                                      .environment = {},
                                      .output = ChildCommand::Output::Pipe,
                                      .last_signal = SIGKILL});
    if (!child) {
        return Failure(Error::unsupported(child.error().message));
    }
    const int flags = ::fcntl(child->output().get(), F_GETFL);
    if (flags < 0 || ::fcntl(child->output().get(), F_SETFL, flags | O_NONBLOCK) != 0) {
        return Failure(Error::system(fmt::format("read from {}", kProbeProgram), errno));
    }
    return ImportProbe(std::move(*child));
}

std::optional<Result<std::string>> ImportProbe::take_answer() {
    std::array<char, 512> part{};
    while (true) {
        const ssize_t count = ::read(fd(), part.data(), part.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            return std::nullopt;
        }
        if (count <= 0 || said_.size() > kMostSaid) {
            return answer_of(said_);
        }
        said_.append(part.data(), static_cast<std::size_t>(count));
    }
}

std::vector<std::string> arguments_of(const ImportTrial& trial) {
    std::vector<std::string> arguments{trial.node};
    for (const std::uint64_t number : {std::uint64_t{trial.size.width},
                                       std::uint64_t{trial.size.height},
                                       std::uint64_t{trial.stride},
                                       trial.slot.offset,
                                       trial.slot.size,
                                       trial.memory_size}) {
        arguments.push_back(std::to_string(number));
    }
    return arguments;
}

std::optional<ImportTrial> trial_of(std::span<char* const> arguments) {
    if (arguments.size() != 7) {
        return std::nullopt;
    }
    const auto width = parse_number<std::uint32_t>(arguments[1]);
    const auto height = parse_number<std::uint32_t>(arguments[2]);
    const auto stride = parse_number<std::uint32_t>(arguments[3]);
    const auto offset = parse_number<std::uint64_t>(arguments[4]);
    const auto size = parse_number<std::uint64_t>(arguments[5]);
    const auto memory = parse_number<std::uint64_t>(arguments[6]);
    if (!width || !height || !stride || !offset || !size || !memory) {
        return std::nullopt;
    }
    const bool is_inside = *size <= *memory && *offset <= *memory - *size &&
                           *height <= *size / std::max(*stride, 1U) && *width <= *stride / 4;
    if (*width == 0 || *height == 0 || !is_inside) {
        return std::nullopt;
    }
    return ImportTrial{arguments[0], {*width, *height}, *stride, {*offset, *size}, *memory};
}

std::string line_of(const Result<std::string>& answer) {
    return answer ? fmt::format("{}{}\n", kWorks, *answer)
                  : fmt::format("{}{}\n", kFails, answer.error().message);
}

Result<std::string> answer_of(const std::string& said) {
    // A driver may have something to say before.
    for (const auto& [mark, works] : {std::pair(kWorks, true), std::pair(kFails, false)}) {
        const std::size_t at = said.find(mark);
        if (at == std::string::npos) {
            continue;
        }
        const std::string rest = said.substr(at + mark.size());
        std::string text = rest.substr(0, rest.find('\n'));
        return works ? Result<std::string>(std::move(text))
                     : Failure(Error::unsupported(std::move(text)));
    }
    return Failure(Error::unsupported(fmt::format(
        "{} ended without a word: its GPU's driver, or a library, fails", kProbeProgram)));
}

}  // namespace oriel::gpu
