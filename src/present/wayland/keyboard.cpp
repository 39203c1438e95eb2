// SPDX-License-Identifier: MIT
#include "present/wayland/keyboard.h"

#include <string_view>
#include <utility>

#include <sys/mman.h>
#include <wayland-client.h>

#include "base/linux/fd.h"
#include "present/wayland/listener.h"

namespace oriel {
namespace {

constexpr std::uint32_t kMostKeymap = 16U << 20U;

}  // namespace

WaylandKeyboard::WaylandKeyboard(WaylandOwned<wl_keyboard> handle,
                                 const WaylandSeatWindow& window,
                                 std::function<void()> focus_changed)
    : handle_(std::move(handle)), window_(&window), focus_changed_(std::move(focus_changed)) {
    static constexpr wl_keyboard_listener kListener = {
        .keymap = WaylandEvent<&WaylandKeyboard::take_keymap>::call,
        .enter = WaylandEvent<&WaylandKeyboard::enter>::call,
        .leave = WaylandEvent<&WaylandKeyboard::leave>::call,
        .key = WaylandEvent<&WaylandKeyboard::key>::call,
        .modifiers = WaylandEvent<&WaylandKeyboard::set_modifiers>::call,
        .repeat_info = ignore_wayland_event};
    wl_keyboard_add_listener(handle_.get(), &kListener, this);
}

WaylandKeyboard::~WaylandKeyboard() {
    lose_focus();
}

void WaylandKeyboard::take_keymap(std::uint32_t format, std::int32_t fd, std::uint32_t size) {
    const UniqueFd file(fd);
    lights_ = {};
    if (format != WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1 || size == 0 || size > kMostKeymap) {
        return;
    }
    void* memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (memory == MAP_FAILED) {
        return;
    }
    // It ends with a zero, which is not part of the text.
    const std::string_view text(static_cast<const char*>(memory), size);
    lights_.set_keymap(text.substr(0, text.find('\0')));
    munmap(memory, size);
}

void WaylandKeyboard::enter(std::uint32_t /*serial*/, wl_surface* surface, wl_array* /*keys*/) {
    if (surface != window_->surface || has_focus_) {
        return;
    }
    has_focus_ = true;
    is_current_ = false;
    focus_changed_();
}

void WaylandKeyboard::leave(std::uint32_t /*serial*/, wl_surface* /*surface*/) {
    lose_focus();
}

/// The window may keep the focus by another keyboard: its loss lets go of keys, else we do.
void WaylandKeyboard::lose_focus() {
    if (!std::exchange(has_focus_, false)) {
        return;
    }
    focus_changed_();
    for (std::uint32_t code = 0; code < kCodes; ++code) {
        if (is_down_.test(code)) {
            window_->queue->tell({.kind = InputEvent::Kind::KeyUp, .code = code});
        }
    }
    is_down_.reset();
}

void WaylandKeyboard::key(std::uint32_t /*serial*/,
                          std::uint32_t /*time*/,
                          std::uint32_t code,
                          std::uint32_t state) {
    const bool is_press = state == WL_KEYBOARD_KEY_STATE_PRESSED;
    if (!has_focus_ || code >= kCodes || is_down_.test(code) == is_press) {
        return;
    }
    is_down_.set(code, is_press);
    window_->queue->tell(
        {.kind = is_press ? InputEvent::Kind::KeyDown : InputEvent::Kind::KeyUp, .code = code});
}

void WaylandKeyboard::set_modifiers(std::uint32_t /*serial*/,
                                    std::uint32_t depressed,
                                    std::uint32_t latched,
                                    std::uint32_t locked,
                                    std::uint32_t group) {
    is_current_ = true;
    lights_.set_modifiers(
        {.depressed = depressed, .latched = latched, .locked = locked, .group = group});
}

}  // namespace oriel
