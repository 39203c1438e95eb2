// SPDX-License-Identifier: MIT
#include "relay/mode_wish.h"

#include <cstring>

#include "abi/viewer.h"

namespace oriel {
namespace {

/// No display is faster.
constexpr std::uint32_t kMostRefreshMhz = 1'000'000;

/// A later minor may have appended to it.
template <class T>
std::optional<T> payload_of(const Message& message, std::uint32_t type) {
    if (message.type != type || message.length < sizeof(T)) {
        return std::nullopt;
    }
    T value{};
    std::memcpy(&value, message.payload.data(), sizeof(T));
    return value;
}

}  // namespace

bool is_mode_size(Size size) {
    return size.width >= kSmallestMode.width && size.height >= kSmallestMode.height &&
           size.width <= kLargestMode.width && size.height <= kLargestMode.height;
}

ReadWish read_mode_wish(const Message& message, std::uint32_t viewer, std::uint32_t outputs) {
    const auto claimed = payload_of<abi::ModeWanted>(message, abi::kMessageModeWanted);
    if (!claimed || claimed->output >= outputs) {
        return {};
    }
    const Size size{claimed->width, claimed->height};
    if (!is_mode_size(size) || claimed->refresh_mhz > kMostRefreshMhz) {
        return {std::nullopt, claimed->output};
    }
    return {ModeWish{viewer, claimed->output, size, claimed->refresh_mhz}, std::nullopt};
}

std::optional<AnsweredWish> read_mode_answer(const Message& message, std::uint32_t outputs) {
    const auto claimed = payload_of<abi::ModeAnswer>(message, abi::kMessageModeAnswer);
    if (!claimed || claimed->output >= outputs) {
        return std::nullopt;
    }
    return AnsweredWish{claimed->output,
                        claimed->accepted == 1 ? ModeAnswer::Accepted : ModeAnswer::Refused};
}

}  // namespace oriel
