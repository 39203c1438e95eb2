// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <systemd/sd-bus.h>

#include "base/clock.h"
#include "base/log.h"
#include "wayland/desktop_hand.h"

namespace oriel::test {
namespace {

constexpr const char* kRemote = "org.gnome.Mutter.RemoteDesktop";
constexpr const char* kCast = "org.gnome.Mutter.ScreenCast";
constexpr const char* kOnlyMonitor = "Meta-0";
constexpr Nanoseconds kNameLimit = std::chrono::seconds(10);

struct Ends {
    void operator()(sd_bus* bus) const noexcept { sd_bus_close_unref(bus); }

    void operator()(sd_bus_message* message) const noexcept { sd_bus_message_unref(message); }

    void operator()(char* text) const noexcept {
        std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): it was made by malloc
    }
};

using Message = std::unique_ptr<sd_bus_message, Ends>;

struct Object {
    const char* name;
    std::string path;
    std::string interface;
};

/// Mutter takes absolute places from those alone who also look at that monitor, so a screen cast
/// belongs to it; nobody reads it.
class MutterHand final : public DesktopHand {
  public:
    Result<void> open(const std::string& address) {
        sd_bus* bus = nullptr;
        sd_bus_new(&bus);
        bus_.reset(bus);
        sd_bus_set_address(bus, address.c_str());
        sd_bus_set_bus_client(bus, 1);
        if (const int done = sd_bus_start(bus); done < 0) {
            return Failure(Error::system("connect to mutter's bus", -done));
        }
        const Object remote{kRemote, "/org/gnome/Mutter/RemoteDesktop", kRemote};
        const Object cast{kCast, "/org/gnome/Mutter/ScreenCast", kCast};
        session_ = {kRemote, "", fmt::format("{}.Session", kRemote)};
        Object cast_session{kCast, "", fmt::format("{}.Session", kCast)};

        ORIEL_TRY(wait_for(remote));
        ORIEL_TRY(wait_for(cast));
        ORIEL_TRY_ASSIGN(session_.path, make(remote, "CreateSession", ""));
        ORIEL_TRY_ASSIGN(const std::string id, session_id());
        ORIEL_TRY_ASSIGN(
            cast_session.path,
            make(cast, "CreateSession", "a{sv}", 1, "remote-desktop-session-id", "s", id.c_str()));
        ORIEL_TRY_ASSIGN(stream_, make(cast_session, "RecordMonitor", "sa{sv}", kOnlyMonitor, 0));
        ORIEL_TRY(call(session_, "Start", ""));
        return {};
    }

    void press_key(std::uint32_t code) override { act("NotifyKeyboardKeycode", "ub", code, 1); }

    void release_key(std::uint32_t code) override { act("NotifyKeyboardKeycode", "ub", code, 0); }

    void press_button(std::uint32_t code) override { act("NotifyPointerButton", "ib", code, 1); }

    void release_button(std::uint32_t code) override { act("NotifyPointerButton", "ib", code, 0); }

    void move_to(double x, double y) override {
        act("NotifyPointerMotionAbsolute", "sdd", stream_.c_str(), x, y);
    }

    void move_by(double x, double y) override { act("NotifyPointerMotionRelative", "dd", x, y); }

    void turn_wheel(int right, int up) override {
        const auto turn = [this](std::uint32_t axis, int notches) {
            if (notches != 0) {
                act("NotifyPointerAxisDiscrete", "ui", axis, notches);
            }
        };
        turn(1, right);
        turn(0, -up);
    }

    void touch_down(std::uint32_t finger, double x, double y) override {
        act("NotifyTouchDown", "sudd", stream_.c_str(), finger, x, y);
    }

    void touch_move(std::uint32_t finger, double x, double y) override {
        act("NotifyTouchMotion", "sudd", stream_.c_str(), finger, x, y);
    }

    void touch_up(std::uint32_t finger) override { act("NotifyTouchUp", "u", finger); }

  private:
    template <class... Values>
    Result<Message> call(const Object& object,
                         const char* method,
                         const char* types,
                         Values... values) {
        sd_bus_message* answer = nullptr;
        sd_bus_error error = SD_BUS_ERROR_NULL;
        const int done = sd_bus_call_method(bus_.get(),
                                            object.name,
                                            object.path.c_str(),
                                            object.interface.c_str(),
                                            method,
                                            &error,
                                            &answer,
                                            types,
                                            values...);
        const std::string why = error.message == nullptr ? "" : error.message;
        sd_bus_error_free(&error);
        if (done < 0) {
            return Failure(Error::protocol(fmt::format("{}: {} ({})", method, why, -done)));
        }
        return Message(answer);
    }

    /// Mutter takes clients before it has these names.
    Result<void> wait_for(const Object& object) {
        const Object bus{"org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"};
        const Nanoseconds give_up = monotonic_now() + kNameLimit;
        while (monotonic_now() < give_up) {
            ORIEL_TRY_ASSIGN(const Message answer, call(bus, "NameHasOwner", "s", object.name));
            int is_there = 0;
            if (sd_bus_message_read(answer.get(), "b", &is_there) >= 0 && is_there != 0) {
                return {};
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return Failure(Error::not_found(fmt::format("nobody is {}", object.name)));
    }

    /// Of calls that answer with the path of what they have made.
    template <class... Values>
    Result<std::string> make(const Object& object,
                             const char* method,
                             const char* types,
                             Values... values) {
        ORIEL_TRY_ASSIGN(const Message answer, call(object, method, types, values...));
        const char* path = nullptr;
        if (sd_bus_message_read(answer.get(), "o", &path) < 0) {
            return Failure(Error::protocol(fmt::format("{} has made nothing", method)));
        }
        return std::string(path);
    }

    template <class... Values>
    void act(const char* method, const char* types, Values... values) {
        if (const auto done = call(session_, method, types, values...); !done) {
            log(LogLevel::Error, done.error().message);
        }
    }

    Result<std::string> session_id() {
        char* text = nullptr;
        const int done = sd_bus_get_property_string(bus_.get(),
                                                    session_.name,
                                                    session_.path.c_str(),
                                                    session_.interface.c_str(),
                                                    "SessionId",
                                                    nullptr,
                                                    &text);
        if (done < 0) {
            return Failure(Error::system("ask mutter for the session's id", -done));
        }
        const std::unique_ptr<char, Ends> owned(text);
        return std::string(text);
    }

    std::unique_ptr<sd_bus, Ends> bus_;
    Object session_{};
    std::string stream_;
};

}  // namespace

Result<std::unique_ptr<DesktopHand>> DesktopHand::open_at_mutter(const Compositor& mutter) {
    auto hand = std::make_unique<MutterHand>();
    ORIEL_TRY(hand->open(mutter.bus()));
    return hand;
}

}  // namespace oriel::test
