// SPDX-License-Identifier: MIT
#include "wayland/hand.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <virtual-keyboard-unstable-v1-client-protocol.h>
#include <wayland-client.h>
#include <wlr-virtual-pointer-unstable-v1-client-protocol.h>
#include <xkbcommon/xkbcommon.h>

#include "base/clock.h"
#include "base/linux/sealed_memory.h"
#include "base/mapped_memory.h"
#include "present/wayland/connection.h"

namespace oriel::test {
namespace {

constexpr std::uint32_t kFirstKeycode = 8;  // XKB adds it to evdev's codes.

struct Ends {
    void operator()(zwp_virtual_keyboard_manager_v1* object) const noexcept {
        zwp_virtual_keyboard_manager_v1_destroy(object);
    }

    void operator()(zwp_virtual_keyboard_v1* object) const noexcept {
        zwp_virtual_keyboard_v1_destroy(object);
    }

    void operator()(zwlr_virtual_pointer_manager_v1* object) const noexcept {
        zwlr_virtual_pointer_manager_v1_destroy(object);
    }

    void operator()(zwlr_virtual_pointer_v1* object) const noexcept {
        zwlr_virtual_pointer_v1_destroy(object);
    }

    void operator()(char* text) const noexcept {
        std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): it was made by malloc
    }

    void operator()(xkb_context* object) const noexcept { xkb_context_unref(object); }

    void operator()(xkb_keymap* object) const noexcept { xkb_keymap_unref(object); }

    void operator()(xkb_state* object) const noexcept { xkb_state_unref(object); }
};

template <class T>
using Owned = std::unique_ptr<T, Ends>;

std::uint32_t now_ms() {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(monotonic_now()).count());
}

/// The global of that name. Null: there is none.
template <class T>
T* bind(WaylandConnection& connection, const wl_interface& interface, std::uint32_t version) {
    void* found = nullptr;
    connection.watch_globals(interface.name,
                             [&](const WaylandConnection::Global& global) {
                                 found = wl_registry_bind(
                                     connection.registry(), global.name, &interface, version);
                             },
                             {});
    return static_cast<T*>(found);
}

}  // namespace

struct WaylandHand::Devices {
    std::unique_ptr<WaylandConnection> connection;
    WaylandOwned<wl_seat> seat;
    Owned<zwp_virtual_keyboard_v1> keyboard;
    Owned<zwlr_virtual_pointer_v1> pointer;
    Owned<xkb_context> context;
    Owned<xkb_keymap> keymap;
    Owned<xkb_state> state;

    Result<void> open();
    Result<void> tell_keymap();
    void key(std::uint32_t code, std::uint32_t key_state);
    void button(std::uint32_t code, std::uint32_t button_state);
    void end_frame();
};

Result<void> WaylandHand::Devices::open() {
    seat.reset(bind<wl_seat>(*connection, wl_seat_interface, 1));
    const Owned<zwp_virtual_keyboard_manager_v1> keyboards(bind<zwp_virtual_keyboard_manager_v1>(
        *connection, zwp_virtual_keyboard_manager_v1_interface, 1));
    const Owned<zwlr_virtual_pointer_manager_v1> pointers(bind<zwlr_virtual_pointer_manager_v1>(
        *connection, zwlr_virtual_pointer_manager_v1_interface, 1));
    if (!seat || !keyboards || !pointers) {
        return Failure(Error::unsupported("the compositor takes no virtual keyboard and pointer"));
    }
    keyboard.reset(
        zwp_virtual_keyboard_manager_v1_create_virtual_keyboard(keyboards.get(), seat.get()));
    pointer.reset(
        zwlr_virtual_pointer_manager_v1_create_virtual_pointer(pointers.get(), seat.get()));
    ORIEL_TRY(tell_keymap());
    return connection->round_trip();
}

Result<void> WaylandHand::Devices::tell_keymap() {
    context.reset(xkb_context_new(XKB_CONTEXT_NO_FLAGS));
    const xkb_rule_names names{
        .rules = "evdev", .model = "pc105", .layout = "us", .variant = "", .options = ""};
    keymap.reset(xkb_keymap_new_from_names(context.get(), &names, XKB_KEYMAP_COMPILE_NO_FLAGS));
    if (!keymap) {
        return Failure(Error::not_found("there is no keymap: install xkb-data"));
    }
    state.reset(xkb_state_new(keymap.get()));
    const std::unique_ptr<char, Ends> text(
        xkb_keymap_get_as_string(keymap.get(), XKB_KEYMAP_FORMAT_TEXT_V1));
    const std::size_t size = std::strlen(text.get()) + 1;
    ORIEL_TRY_ASSIGN(const UniqueFd file, create_sealed_memory("keymap", size, PageSize::Normal));
    ORIEL_TRY_ASSIGN(const auto memory, MappedMemory::map(file, Access::ReadWrite, "keymap"));
    std::memcpy(memory.bytes().data(), text.get(), size);
    zwp_virtual_keyboard_v1_keymap(keyboard.get(),
                                   WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1,
                                   file.get(),
                                   static_cast<std::uint32_t>(size));
    return connection->round_trip();
}

/// The compositor takes the modifiers from us, too.
void WaylandHand::Devices::key(std::uint32_t code, std::uint32_t key_state) {
    zwp_virtual_keyboard_v1_key(keyboard.get(), now_ms(), code, key_state);
    xkb_state_update_key(state.get(),
                         code + kFirstKeycode,
                         key_state == WL_KEYBOARD_KEY_STATE_PRESSED ? XKB_KEY_DOWN : XKB_KEY_UP);
    const auto mods = [this](xkb_state_component part) {
        return xkb_state_serialize_mods(state.get(), part);
    };
    zwp_virtual_keyboard_v1_modifiers(keyboard.get(),
                                      mods(XKB_STATE_MODS_DEPRESSED),
                                      mods(XKB_STATE_MODS_LATCHED),
                                      mods(XKB_STATE_MODS_LOCKED),
                                      0);
}

void WaylandHand::Devices::button(std::uint32_t code, std::uint32_t button_state) {
    zwlr_virtual_pointer_v1_button(pointer.get(), now_ms(), code, button_state);
    end_frame();
}

void WaylandHand::Devices::end_frame() {
    zwlr_virtual_pointer_v1_frame(pointer.get());
}

WaylandHand::WaylandHand(std::unique_ptr<Devices> devices) : devices_(std::move(devices)) {}

WaylandHand::WaylandHand(WaylandHand&& other) noexcept = default;
WaylandHand& WaylandHand::operator=(WaylandHand&& other) noexcept = default;
WaylandHand::~WaylandHand() = default;

Result<WaylandHand> WaylandHand::open(const std::string& display) {
    auto devices = std::make_unique<Devices>();
    ORIEL_TRY_ASSIGN(devices->connection, WaylandConnection::open(display));
    ORIEL_TRY(devices->open());
    return WaylandHand(std::move(devices));
}

void WaylandHand::press_key(std::uint32_t code) {
    devices_->key(code, WL_KEYBOARD_KEY_STATE_PRESSED);
    sync();
}

void WaylandHand::release_key(std::uint32_t code) {
    devices_->key(code, WL_KEYBOARD_KEY_STATE_RELEASED);
    sync();
}

void WaylandHand::move_to(double x, double y, Size output) {
    constexpr int kParts = 256;
    zwlr_virtual_pointer_v1_motion_absolute(devices_->pointer.get(),
                                            now_ms(),
                                            static_cast<std::uint32_t>(x * kParts),
                                            static_cast<std::uint32_t>(y * kParts),
                                            output.width * kParts,
                                            output.height * kParts);
    devices_->end_frame();
    sync();
}

void WaylandHand::queue_motion(double x, double y) {
    zwlr_virtual_pointer_v1_motion(
        devices_->pointer.get(), now_ms(), wl_fixed_from_double(x), wl_fixed_from_double(y));
    devices_->end_frame();
}

void WaylandHand::press_button(std::uint32_t code) {
    devices_->button(code, WL_POINTER_BUTTON_STATE_PRESSED);
    sync();
}

void WaylandHand::release_button(std::uint32_t code) {
    devices_->button(code, WL_POINTER_BUTTON_STATE_RELEASED);
    sync();
}

void WaylandHand::turn_wheel(int right, int up) {
    constexpr int kNotch = 15;  // As libinput tells of it, in degrees.
    const auto turn = [this](std::uint32_t axis, int notches) {
        if (notches != 0) {
            zwlr_virtual_pointer_v1_axis_discrete(devices_->pointer.get(),
                                                  now_ms(),
                                                  axis,
                                                  wl_fixed_from_int(notches * kNotch),
                                                  notches);
        }
    };
    zwlr_virtual_pointer_v1_axis_source(devices_->pointer.get(), WL_POINTER_AXIS_SOURCE_WHEEL);
    turn(WL_POINTER_AXIS_HORIZONTAL_SCROLL, right);
    turn(WL_POINTER_AXIS_VERTICAL_SCROLL, -up);
    devices_->end_frame();
    sync();
}

void WaylandHand::scroll_down(double way) {
    zwlr_virtual_pointer_v1_axis_source(devices_->pointer.get(), WL_POINTER_AXIS_SOURCE_FINGER);
    zwlr_virtual_pointer_v1_axis(devices_->pointer.get(),
                                 now_ms(),
                                 WL_POINTER_AXIS_VERTICAL_SCROLL,
                                 wl_fixed_from_double(way));
    devices_->end_frame();
    sync();
}

void WaylandHand::sync() {
    static_cast<void>(devices_->connection->round_trip());
}

}  // namespace oriel::test
