// SPDX-License-Identifier: MIT
#include "wayland/compositor.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/linux/fd.h"
#include "wayland/other_system.h"

namespace oriel::test {
namespace {

constexpr Nanoseconds kStartLimit = std::chrono::seconds(20);
constexpr Nanoseconds kAnswerLimit = std::chrono::seconds(20);
constexpr std::size_t kMostBytes = 256U << 20U;

// Both compositors are told or found to use this name.
constexpr const char* kSocket = "wayland-1";

void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

bool takes_connections(const std::string& path) {
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
           0;  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): connect()'s type
}

ChildCommand weston_command(const std::string& folder, Size output, std::string backend) {
    const std::string config = folder + "/weston.ini";
    write_file(config,
               "[core]\nidle-time=0\n"
               "[shell]\npanel-position=none\nbackground-color=0xff204060\nlocking=false\n"
               "animation=none\nstartup-animation=none\nclose-animation=none\n");
    return {.label = "weston",
            .arguments = in_other_system({"weston",
                                          "--backend=" + std::move(backend),
                                          "--use-pixman",
                                          "--debug",  // Lets weston-screenshooter in.
                                          fmt::format("--width={}", output.width),
                                          fmt::format("--height={}", output.height),
                                          std::string("--socket=") + kSocket,
                                          "--config=" + config}),
            .environment = {{"XDG_RUNTIME_DIR", folder}},
            .last_signal = SIGKILL};
}

/// Binary PPM ("P6"), as grim writes it. Empty: it is none.
Compositor::Picture parse_ppm(std::span<const std::byte> bytes) {
    std::array<std::uint32_t, 3> numbers{};  // Width, height, most.
    std::size_t at = 2;
    for (std::uint32_t& number : numbers) {
        while (at < bytes.size() && static_cast<char>(bytes[at]) <= ' ') {
            ++at;
        }
        while (at < bytes.size() && static_cast<char>(bytes[at]) > ' ') {
            number = number * 10 + static_cast<std::uint32_t>(bytes[at]) - '0';
            ++at;
        }
    }
    ++at;
    const std::size_t count = std::size_t{numbers[0]} * numbers[1];
    if (bytes.size() < 2 || static_cast<char>(bytes[0]) != 'P' || bytes.size() - at != count * 3) {
        return {};
    }
    Compositor::Picture picture{{numbers[0], numbers[1]}, std::vector<std::byte>(count * 4)};
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t channel = 0; channel < 3; ++channel) {
            picture.pixels[i * 4 + channel] = bytes[at + i * 3 + 2 - channel];
        }
    }
    return picture;
}

}  // namespace

Compositor::Folder& Compositor::Folder::operator=(Folder&& other) noexcept {
    std::swap(path, other.path);
    return *this;
}

Compositor::Folder::~Folder() {
    if (!path.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
}

/// Programs end before their folder goes, the bus last.
Compositor::~Compositor() {
    program_.reset();
    while (!session_.empty()) {
        session_.pop_back();
    }
}

Result<Compositor> Compositor::in_new_folder() {
    std::string path = "/tmp/oriel-compositor-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) {
        return Failure(Error::system("make a folder for a compositor", errno));
    }
    Compositor compositor;
    compositor.folder_ = Folder(path);
    compositor.display_ = path + "/" + kSocket;
    return compositor;
}

Result<Compositor> Compositor::start_sway(const std::vector<Size>& outputs,
                                          const std::vector<std::string>& lines) {
    ORIEL_TRY_ASSIGN(Compositor compositor, in_new_folder());
    const std::string& folder = compositor.folder();
    std::string text = "xwayland disable\ndefault_border none\nfocus_follows_mouse no\n";
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        text += fmt::format("output HEADLESS-{} mode --custom {}x{}@60Hz\n",
                            i + 1,
                            outputs[i].width,
                            outputs[i].height);
    }
    text += fmt::format("{}\n", fmt::join(lines, "\n"));
    write_file(folder + "/sway.conf", text);
    ORIEL_TRY(compositor.run(
        {.label = "sway",
         .arguments =
             in_other_system(as_ordinary_user({"sway", "--config", folder + "/sway.conf"}, folder)),
         .environment = {{"XDG_RUNTIME_DIR", folder},
                         {"SWAYSOCK", folder + "/sway.sock"},
                         {"WLR_BACKENDS", "headless"},
                         {"WLR_HEADLESS_OUTPUTS", std::to_string(outputs.size())},
                         {"WLR_RENDERER", "pixman"},
                         {"WLR_LIBINPUT_NO_DEVICES", "1"}},
         .last_signal = SIGKILL}));
    // The outputs get their sizes after the socket is there.
    ORIEL_TRY(compositor.tell({"-t", "get_outputs"}));
    return compositor;
}

Result<Compositor> Compositor::start_weston(Size output) {
    ORIEL_TRY_ASSIGN(Compositor compositor, in_new_folder());
    ORIEL_TRY(compositor.run(weston_command(compositor.folder(), output, "headless-backend.so")));
    return compositor;
}

Result<Compositor> Compositor::start_weston_on_x11(Size output, const std::string& display) {
    ORIEL_TRY_ASSIGN(Compositor compositor, in_new_folder());
    ChildCommand command = weston_command(compositor.folder(), output, "x11-backend.so");
    command.environment.emplace_back("DISPLAY", display);
    ORIEL_TRY(compositor.run(std::move(command)));
    return compositor;
}

Result<void> Compositor::run(ChildCommand command) {
    command_ = std::move(command);
    return restart();
}

Result<void> Compositor::restart() {
    // Sway takes the address it is told only where nothing is.
    std::error_code ignored;
    std::filesystem::remove(folder() + "/sway.sock", ignored);
    ORIEL_TRY_ASSIGN(program_, ChildProgram::start(command_));
    return wait_until_up();
}

Result<void> Compositor::wait_until_up() {
    const Nanoseconds give_up = monotonic_now() + kStartLimit;
    while (!takes_connections(display_)) {
        if (program_->has_ended() || monotonic_now() > give_up) {
            return Failure(Error::not_found(command_.label + " did not start"));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
}

std::vector<std::pair<std::string, std::string>> Compositor::environment() const {
    return {{"XDG_RUNTIME_DIR", folder()}, {"WAYLAND_DISPLAY", kSocket}};
}

ChildCommand Compositor::client(std::vector<std::string> arguments) const {
    const std::string label = arguments.front();
    return {.label = label,
            .arguments = in_other_system(std::move(arguments)),
            .environment = environment()};
}

Result<std::string> Compositor::tell(const std::vector<std::string>& words) const {
    ChildCommand command{.label = "swaymsg",
                         .arguments = {"swaymsg", "--socket", folder() + "/sway.sock"},
                         .environment = {},
                         .output = ChildCommand::Output::Pipe};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    ORIEL_TRY_ASSIGN(ChildProgram program, ChildProgram::start(command));
    ORIEL_TRY_ASSIGN(const auto bytes, read_output(program, kMostBytes, kAnswerLimit));
    std::string answer(bytes.size(), '\0');
    std::memcpy(answer.data(), bytes.data(), bytes.size());
    if (!program.wait(kAnswerLimit) || program.exit_code() != 0) {
        return Failure(
            Error::protocol(fmt::format("swaymsg {}: {}", fmt::join(words, " "), answer)));
    }
    return answer;
}

Result<Compositor::Picture> Compositor::picture(const std::string& output, Pointer pointer) const {
    ChildCommand command{.label = "grim",
                         .arguments = {"grim", "-t", "ppm", "-o", output},
                         .environment = environment(),
                         .output = ChildCommand::Output::Pipe};
    if (pointer == Pointer::With) {
        command.arguments.emplace_back("-c");
    }
    command.arguments.emplace_back("-");
    ORIEL_TRY_ASSIGN(const ChildProgram program, ChildProgram::start(command));
    ORIEL_TRY_ASSIGN(const auto bytes, read_output(program, kMostBytes, kAnswerLimit));
    Picture picture = parse_ppm(bytes);
    if (picture.pixels.empty()) {
        return Failure(Error::protocol("grim made no picture of " + output));
    }
    return picture;
}

void Compositor::kill() {
    program_->send(SIGKILL);
    program_->wait(kStartLimit);
    program_.reset();
}

void Compositor::freeze() const {
    program_->send(SIGSTOP);
}

void Compositor::thaw() const {
    program_->send(SIGCONT);
}

}  // namespace oriel::test
