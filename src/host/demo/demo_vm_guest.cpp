// SPDX-License-Identifier: MIT
#include "host/demo/demo_vm_guest.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <linux/input-event-codes.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/output.h"
#include "host/demo/demo_key_meter.h"
#include "present/png_file.h"

namespace oriel {
namespace {

constexpr std::size_t kKeys = 200;

/// From one key to the next, at least: longer than any takes to be seen.
constexpr Nanoseconds kKeyInterval = std::chrono::milliseconds(90);

/// What booting, typing and comparing take beside the keys, under software emulation.
constexpr Nanoseconds kBesides = std::chrono::seconds(12);

/// Where KVM runs guests at all, this one is up in two or three.
constexpr Nanoseconds kKvmLimit = std::chrono::seconds(10);

constexpr Nanoseconds kTypedLimit = std::chrono::seconds(30);
constexpr Nanoseconds kAskLimit = std::chrono::seconds(5);

constexpr std::array<std::uint32_t, 6> kHello{KEY_H, KEY_E, KEY_L, KEY_L, KEY_O, KEY_ENTER};

Result<std::vector<std::byte>> png_of(const ScreenPicture& picture) {
    const UniqueFd file(::memfd_create("oriel-demo-picture", MFD_CLOEXEC));
    FrameInfo info;
    info.geometry.size = picture.size;
    info.geometry.stride = picture.size.width * bytes_per_pixel(info.geometry.format);
    info.crop = Rect::of(picture.size);
    ORIEL_TRY(write_png(file, "the machine's picture", info, picture.pixels));
    const off_t length = ::lseek(file.get(), 0, SEEK_END);
    std::vector<std::byte> bytes(static_cast<std::size_t>(std::max<off_t>(length, 0)));
    if (length < 0 || ::pread(file.get(), bytes.data(), bytes.size(), 0) != length) {
        return Failure(Error::system("read the machine's picture", errno));
    }
    return bytes;
}

}  // namespace

/// Fewer where there is not the time for all.
std::size_t DemoVmGuest::key_count() const {
    return std::clamp(static_cast<std::size_t>(duration_ / kKeyInterval), std::size_t{1}, kKeys);
}

std::vector<std::string> DemoVmGuest::introduction() const {
    return {
        fmt::format("A virtual machine (QEMU, Linux {}) boots {}; its screen goes through shared "
                    "memory into a window.",
                    parts_.kernel.release,
                    parts_.kvm.runs
                        ? "under KVM"
                        : fmt::format("in software emulation ({})", parts_.kvm.why_not)),
        fmt::format("A command is typed there over SPICE, {} keys are timed until they are seen; "
                    "then the window is compared with",
                    key_count()),
        fmt::format("QEMU's own screendump, pixel for pixel. About {} s in all.",
                    whole_seconds(kKeyInterval * key_count() + kBesides))};
}

Result<void> DemoVmGuest::prepare(Size screen, const DemoCookie& /*cookie*/) {
    screen_ = screen;
    return {};
}

Result<void> DemoVmGuest::start(const std::string& name, DemoStage& stage) {
    name_ = name;
    folder_ = stage.folder();
    types_at_window_ = stage.has_own_host();
    print_line(types_at_window_
                   ? "Keys are typed into that window (XTEST); the viewer sends them over SPICE."
                   : "Keys are typed over SPICE by the demo: none are faked on your display. What "
                     "you type goes through QMP.");
    return boot(parts_.kvm.runs ? Acceleration::Kvm : Acceleration::Software);
}

Result<void> DemoVmGuest::boot(Acceleration acceleration) {
    machine_.reset();
    MachineOptions options = demo_machine_options(parts_, name_, folder_, screen_);
    options.acceleration = acceleration;
    ORIEL_TRY_ASSIGN(machine_, VirtualMachine::start(options));
    return {};
}

Result<void> DemoVmGuest::await_boot(DemoStage& stage, Nanoseconds limit) {
    std::optional<Error> failure;
    ORIEL_TRY(stage.wait_for("the guest to boot", limit, [this, &failure] {
        const auto is_up = machine_->has_come_up();
        if (!is_up) {
            failure = is_up.error();
        }
        is_up_ = is_up.value_or(false);
        return is_up_ || failure;
    }));
    if (failure) {
        return Failure(std::move(*failure));
    }
    return {};
}

Result<void> DemoVmGuest::await_up(DemoStage& stage) {
    const Nanoseconds start = monotonic_now();
    if (parts_.kvm.runs) {
        const auto booted = await_boot(stage, kKvmLimit);
        if (!booted && booted.error().kind != ErrorKind::Busy) {
            print_line(
                "The guest does not come up under KVM: started again in software emulation.");
            ORIEL_TRY(boot(Acceleration::Software));
        }
    }
    if (!is_up_) {
        ORIEL_TRY(await_boot(stage, VirtualMachine::kBootLimit));
    }
    print_line(fmt::format("The guest is up after {:.1f} s.",
                           std::chrono::duration<double>(monotonic_now() - start).count()));
    return {};
}

std::vector<std::string> DemoVmGuest::viewer_arguments() const {
    return {"--frames", "--input", types_at_window_ ? demo_spice(folder_) : demo_qmp(folder_)};
}

Result<void> DemoVmGuest::perform(DemoStage& stage) {
    ORIEL_TRY_ASSIGN(const DemoWindow window, stage.window());
    ORIEL_TRY_ASSIGN(
        const auto hand,
        types_at_window_ ? hand_at_window(window) : hand_at_guest(demo_spice(folder_), stage));
    ORIEL_TRY(type_hello(stage, *hand));
    return time_keys(stage, *hand);
}

Result<void> DemoVmGuest::type_hello(DemoStage& stage, DemoHand& hand) {
    ORIEL_TRY(type_keys(hand, kHello, stage));
    ORIEL_TRY(stage.wait_for("the typed command to run", kTypedLimit, [this] {
        return machine_->console().find(kTypedHasRun) != std::string::npos;
    }));
    // A blinking cursor would be seen as well.
    ORIEL_TRY(ask(R"(printf '\033[?25l' >/dev/tty1)"));
    return stage.await_stillness();
}

Result<void> DemoVmGuest::time_keys(DemoStage& stage, DemoHand& hand) {
    ORIEL_TRY_ASSIGN(const DemoWindow window, stage.window());
    ORIEL_TRY_ASSIGN(DemoKeyMeter meter, DemoKeyMeter::open(window));
    const Nanoseconds start = monotonic_now();
    while (keys_pressed_ < key_count()) {
        // A letter comes, and goes.
        const std::uint32_t code = keys_pressed_++ % 2 == 0 ? KEY_X : KEY_BACKSPACE;
        const Nanoseconds pressed = monotonic_now();
        if (const auto time = meter.measure(hand, code)) {
            keys_seen_.push_back(*time);
        }
        stage.show_progress(start);
        ORIEL_TRY(stage.pause(kKeyInterval - (monotonic_now() - pressed)));
    }
    return {};
}

Result<void> DemoVmGuest::hold_still() {
    // In a corner; the shell's place stays as it is.
    ORIEL_TRY(ask(R"(printf '\0337\033[1;140H\033[7m held still \033[0m\0338' >/dev/tty1)"));
    return {};
}

Result<std::vector<std::byte>> DemoVmGuest::take_picture() {
    ORIEL_TRY_ASSIGN(const ScreenPicture picture, machine_->screendump());
    return png_of(picture);
}

/// What a command in the guest says, whatever it does.
Result<std::string> DemoVmGuest::ask(const std::string& command) {
    ORIEL_TRY_ASSIGN(GuestSaid said, machine_->run(command, kAskLimit));
    return std::move(said.text);
}

Result<void> DemoVmGuest::finish(DemoStage& stage, DemoReport& report) {
    if (keys_pressed_ > 0) {
        report.keys = summarise_keys(keys_pressed_, keys_seen_, stage.viewer().frames);
    }
    report.guest_copier = "guest agent";
    if (!is_up_) {
        return {};
    }
    ORIEL_TRY_ASSIGN(const std::string last_words,
                     ask("kill $(cat /run/agent.pid); sleep 0.5; cat /run/agent.json"));
    DemoSaid agent;
    std::istringstream lines(last_words);
    for (std::string line; std::getline(lines, line);) {
        take_event(line, agent);
    }
    report.guest = agent.guest_summary;
    return {};
}

std::optional<std::string> DemoVmGuest::find_ended() {
    return machine_ && machine_->has_ended() ? std::optional<std::string>("virtual machine")
                                             : std::nullopt;
}

std::vector<std::pair<std::string, pid_t>> DemoVmGuest::processes() {
    return {{"QEMU", machine_->pid()}};
}

}  // namespace oriel
