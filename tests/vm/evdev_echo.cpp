// SPDX-License-Identifier: MIT
// Runs in the guest: prints what the kernel hears from each input device. A device is named when it
// is found ("D 2 QEMU Virtio Keyboard"), then comes a line for each of its events: its number, the
// event's type, code and value. Synchronisation and the raw codes of keyboards are left out.
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace {

constexpr int kLookAgainMilliseconds = 100;

/// Device by name ("event3"), with its descriptor.
using Devices = std::map<std::string, int>;

void look_for_more(Devices& devices) {
    DIR* const folder = ::opendir("/dev/input");
    if (folder == nullptr) {
        return;
    }
    while (const dirent* const entry =
               ::readdir(folder)) {  // NOLINT(concurrency-mt-unsafe): one thread
        const std::string name = static_cast<const char*>(entry->d_name);
        if (!name.starts_with("event") || devices.contains(name)) {
            continue;
        }
        const int fd = ::open(("/dev/input/" + name).c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            continue;
        }
        std::array<char, 128> title{};
        static_cast<void>(::ioctl(fd, EVIOCGNAME(title.size() - 1), title.data()));
        devices[name] = fd;
        std::printf("D %s %s\n", name.c_str() + 5, title.data());
    }
    static_cast<void>(::closedir(folder));
}

void print_events(const std::string& name, int fd) {
    std::array<input_event, 64> events{};
    const ssize_t got = ::read(fd, events.data(), sizeof(events));
    for (std::size_t i = 0; got > 0 && i < static_cast<std::size_t>(got) / sizeof(events[0]); ++i) {
        const input_event& event = events[i];
        if (event.type == EV_KEY || event.type == EV_REL || event.type == EV_ABS) {
            std::printf("%s %u %u %d\n", name.c_str() + 5, event.type, event.code, event.value);
        } else if (event.type == EV_SYN && event.code == SYN_DROPPED) {
            std::printf("%s dropped\n", name.c_str() + 5);
        }
    }
}

}  // namespace

int main() {
    Devices devices;
    while (true) {
        look_for_more(devices);
        std::fflush(stdout);
        std::vector<pollfd> polled;
        for (const auto& [name, fd] : devices) {
            polled.push_back({fd, POLLIN, 0});
        }
        if (::poll(polled.data(), polled.size(), kLookAgainMilliseconds) <= 0) {
            continue;
        }
        std::size_t at = 0;
        for (const auto& [name, fd] : devices) {
            if (polled[at++].revents != 0) {
                print_events(name, fd);
            }
        }
    }
}
