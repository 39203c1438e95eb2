// SPDX-License-Identifier: MIT
#include "vm/input_guest.h"

#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>

namespace oriel::testing_support {
namespace {

std::vector<std::string> arguments_of(InputDevices devices) {
    switch (devices) {
    case InputDevices::Ps2:
        return {};
    case InputDevices::Usb:
        return {"-device", "qemu-xhci", "-device", "usb-tablet"};
    case InputDevices::UsbAll:
        return {"-device", "qemu-xhci", "-device", "usb-tablet", "-device", "usb-kbd"};
    case InputDevices::Virtio:
        return {"-device", "virtio-keyboard-pci", "-device", "virtio-tablet-pci"};
    }
    return {};
}

std::vector<std::string> modules_of(InputDevices devices) {
    std::vector<std::string> modules{"bochs", "evdev", "psmouse"};
    if (devices == InputDevices::Virtio) {
        modules.insert(modules.end(), {"virtio_pci", "virtio_input"});
    } else if (devices != InputDevices::Ps2) {
        modules.insert(modules.end(), {"xhci_pci", "usbhid", "hid_generic"});
    }
    return modules;
}

}  // namespace

InputGuest::InputGuest(InputDevices devices) {
    MachineOptions options = machine_options(folder_.make("machine"));
    options.devices = {"-device",
                       "VGA,edid=on,xres=" + std::to_string(kScreenWidth) +
                           ",yres=" + std::to_string(kScreenHeight),
                       "-spice",
                       "unix=on,addr=" + folder_.path() + "/spice,disable-ticketing=on",
                       "-qmp",
                       "unix:" + folder_.path() + "/input,server=on,wait=off"};
    const auto more = arguments_of(devices);
    options.devices.insert(options.devices.end(), more.begin(), more.end());
    options.root.modules = modules_of(devices);
    options.root.files.push_back({ORIEL_EVDEV_ECHO, "bin/evdev_echo"});
    options.root.start = "evdev_echo >>/tmp/events &";
    machine_ = boot(options);
    if (machine_) {
        // USB devices and PS/2 mice take their time to be found.
        static_cast<void>(machine_->run("sleep 2"));
    }
}

void InputGuest::forget() {
    static_cast<void>(machine_->run(": >/tmp/events"));
}

std::vector<EvdevEvent> InputGuest::events() {
    const auto said = machine_->run("cat /tmp/events");
    if (!said) {
        ADD_FAILURE() << said.error().message;
        return {};
    }
    EXPECT_EQ(said->text.find("dropped"), std::string::npos) << "the guest was too slow to look";
    std::vector<EvdevEvent> events;
    std::istringstream lines(said->text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string device;
        EvdevEvent event{};
        if (words >> device >> event.type >> event.code >> event.value) {
            events.push_back(event);
        }
    }
    return events;
}

std::vector<EvdevEvent> InputGuest::wait_for(
    const std::function<bool(const std::vector<EvdevEvent>&)>& is_it, Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    std::vector<EvdevEvent> seen = events();
    while (!is_it(seen) && monotonic_now() < give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        seen = events();
    }
    return seen;
}

std::vector<EvdevEvent> InputGuest::wait_until_quiet() {
    std::vector<EvdevEvent> seen = events();
    while (true) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        std::vector<EvdevEvent> now = events();
        if (now.size() == seen.size()) {
            return now;
        }
        seen = std::move(now);
    }
}

bool dispatch_until(InputSink& sink, const std::function<bool()>& is_it, Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (!is_it()) {
        const Nanoseconds left = give_up - monotonic_now();
        if (left <= Nanoseconds{0}) {
            return false;
        }
        pollfd entry{sink.fd(), POLLIN, 0};
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(left).count();
        if (::poll(&entry, 1, static_cast<int>(wait)) == 1) {
            static_cast<void>(sink.dispatch());
        }
    }
    return true;
}

void dispatch_for(InputSink& sink, Nanoseconds time) {
    static_cast<void>(dispatch_until(sink, [] { return false; }, time));
}

}  // namespace oriel::testing_support
