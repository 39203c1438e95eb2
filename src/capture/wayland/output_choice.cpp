// SPDX-License-Identifier: MIT
#include "capture/wayland/output_choice.h"

#include <fmt/format.h>

namespace oriel::wayland_capture {

const Output* find_output(const Connection& connection,
                          const std::string& wanted,
                          std::optional<std::uint32_t> before) {
    const Output* first = nullptr;
    for (const auto& output : connection.outputs()) {
        if (output->mode().is_empty()) {
            continue;  // It has not said yet what it is.
        }
        const bool is_meant =
            wanted.empty() ? output->global() == before : output->name() == wanted;
        if (is_meant) {
            return output.get();
        }
        if (first == nullptr || output->name() < first->name()) {
            first = output.get();
        }
    }
    return wanted.empty() ? first : nullptr;
}

Error no_output(const Connection& connection, const std::string& wanted) {
    std::string names;
    for (const auto& output : connection.outputs()) {
        names += (names.empty() ? "" : ", ") + output->name();
    }
    if (names.empty()) {
        return Error::not_found(
            fmt::format("the compositor at {} has no output", connection.display()));
    }
    return Error::not_found(fmt::format(
        "the compositor at {} has no output {}: there is {}", connection.display(), wanted, names));
}

}  // namespace oriel::wayland_capture
