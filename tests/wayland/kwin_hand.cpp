// SPDX-License-Identifier: MIT
#include <string_view>

#include <fake-input-client-protocol.h>
#include <wayland-client.h>

#include "wayland/desktop_hand.h"

namespace oriel::test {
namespace {

constexpr std::uint32_t kDown = 1;
constexpr std::uint32_t kUp = 0;

class KWinHand final : public DesktopHand {
  public:
    explicit KWinHand(wl_display* display) : display_(display) {}

    ~KWinHand() override {
        if (fake_ != nullptr) {
            org_kde_kwin_fake_input_destroy(fake_);
        }
        if (registry_ != nullptr) {
            wl_registry_destroy(registry_);
        }
        wl_display_disconnect(display_);
    }

    KWinHand(const KWinHand&) = delete;
    KWinHand& operator=(const KWinHand&) = delete;

    Result<void> open() {
        static constexpr wl_registry_listener kListener = {
            .global =
                [](void* self,
                   wl_registry* registry,
                   std::uint32_t name,
                   const char* interface,
                   std::uint32_t /*version*/) {
                    const wl_interface& wanted = org_kde_kwin_fake_input_interface;
                    if (std::string_view(interface) == wanted.name) {
                        static_cast<KWinHand*>(self)->fake_ = static_cast<org_kde_kwin_fake_input*>(
                            wl_registry_bind(registry, name, &wanted, 4));
                    }
                },
            .global_remove =
                [](void* /*self*/, wl_registry* /*registry*/, std::uint32_t /*name*/) {
                }};
        registry_ = wl_display_get_registry(display_);
        wl_registry_add_listener(registry_, &kListener, this);
        sync();
        if (fake_ == nullptr) {
            return Failure(Error::unsupported("the compositor takes no fake input"));
        }
        org_kde_kwin_fake_input_authenticate(fake_, "oriel", "tests");
        sync();
        return {};
    }

    void press_key(std::uint32_t code) override { key(code, kDown); }

    void release_key(std::uint32_t code) override { key(code, kUp); }

    void press_button(std::uint32_t code) override { button(code, kDown); }

    void release_button(std::uint32_t code) override { button(code, kUp); }

    void move_to(double x, double y) override {
        org_kde_kwin_fake_input_pointer_motion_absolute(
            fake_, wl_fixed_from_double(x), wl_fixed_from_double(y));
        sync();
    }

    void move_by(double x, double y) override {
        org_kde_kwin_fake_input_pointer_motion(
            fake_, wl_fixed_from_double(x), wl_fixed_from_double(y));
        sync();
    }

    /// It knows no notches, but ways, of which ours has 10 for each.
    void turn_wheel(int right, int up) override {
        constexpr int kNotch = 10;
        const auto turn = [this](std::uint32_t axis, int notches) {
            if (notches != 0) {
                org_kde_kwin_fake_input_axis(fake_, axis, wl_fixed_from_int(notches * kNotch));
            }
        };
        turn(WL_POINTER_AXIS_HORIZONTAL_SCROLL, right);
        turn(WL_POINTER_AXIS_VERTICAL_SCROLL, -up);
        sync();
    }

    void touch_down(std::uint32_t finger, double x, double y) override {
        org_kde_kwin_fake_input_touch_down(
            fake_, finger, wl_fixed_from_double(x), wl_fixed_from_double(y));
        end_touch_frame();
    }

    void touch_move(std::uint32_t finger, double x, double y) override {
        org_kde_kwin_fake_input_touch_motion(
            fake_, finger, wl_fixed_from_double(x), wl_fixed_from_double(y));
        end_touch_frame();
    }

    void touch_up(std::uint32_t finger) override {
        org_kde_kwin_fake_input_touch_up(fake_, finger);
        end_touch_frame();
    }

  private:
    void key(std::uint32_t code, std::uint32_t state) {
        org_kde_kwin_fake_input_keyboard_key(fake_, code, state);
        sync();
    }

    void button(std::uint32_t code, std::uint32_t state) {
        org_kde_kwin_fake_input_button(fake_, code, state);
        sync();
    }

    void end_touch_frame() {
        org_kde_kwin_fake_input_touch_frame(fake_);
        sync();
    }

    void sync() { wl_display_roundtrip(display_); }

    wl_display* display_;
    wl_registry* registry_ = nullptr;
    org_kde_kwin_fake_input* fake_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<DesktopHand>> DesktopHand::open_at_kwin(const Compositor& kwin) {
    wl_display* display = wl_display_connect(kwin.display().c_str());
    if (display == nullptr) {
        return Failure(Error::not_found("no compositor at " + kwin.display()));
    }
    auto hand = std::make_unique<KWinHand>(display);
    ORIEL_TRY(hand->open());
    return hand;
}

}  // namespace oriel::test
