// SPDX-License-Identifier: MIT
#include "wayland/virtual_pointer.h"

#include <string_view>

namespace oriel::test {

Result<std::unique_ptr<VirtualPointer>> VirtualPointer::open(const std::string& display) {
    std::unique_ptr<VirtualPointer> hand(new VirtualPointer);
    hand->display_ = wl_display_connect(display.c_str());
    if (hand->display_ == nullptr) {
        return Failure(Error::not_found("no compositor at " + display));
    }
    static constexpr wl_registry_listener kListener = {
        .global =
            [](void* manager,
               wl_registry* registry,
               std::uint32_t number,
               const char* interface,
               std::uint32_t /*version*/) {
                const wl_interface& wanted = zwlr_virtual_pointer_manager_v1_interface;
                if (std::string_view(interface) == wanted.name) {
                    *static_cast<zwlr_virtual_pointer_manager_v1**>(manager) =
                        static_cast<zwlr_virtual_pointer_manager_v1*>(
                            wl_registry_bind(registry, number, &wanted, 1));
                }
            },
        .global_remove = [](void* /*self*/, wl_registry* /*registry*/, std::uint32_t /*number*/) {},
    };
    hand->registry_ = wl_display_get_registry(hand->display_);
    wl_registry_add_listener(hand->registry_, &kListener, &hand->manager_);
    wl_display_roundtrip(hand->display_);
    if (hand->manager_ == nullptr) {
        return Failure(Error::unsupported("the compositor at " + display + " lets nobody point"));
    }
    hand->pointer_ =
        zwlr_virtual_pointer_manager_v1_create_virtual_pointer(hand->manager_, nullptr);
    wl_display_roundtrip(hand->display_);
    return hand;
}

VirtualPointer::~VirtualPointer() {
    if (pointer_ != nullptr) {
        zwlr_virtual_pointer_v1_destroy(pointer_);
    }
    if (manager_ != nullptr) {
        zwlr_virtual_pointer_manager_v1_destroy(manager_);
    }
    if (registry_ != nullptr) {
        wl_registry_destroy(registry_);
    }
    if (display_ != nullptr) {
        wl_display_disconnect(display_);
    }
}

void VirtualPointer::move_to(Point place, Size space) const {
    zwlr_virtual_pointer_v1_motion_absolute(
        pointer_, 0, place.x, place.y, space.width, space.height);
    zwlr_virtual_pointer_v1_frame(pointer_);
    wl_display_roundtrip(display_);
}

}  // namespace oriel::test
