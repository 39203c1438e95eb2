// SPDX-License-Identifier: MIT
// Slots of a real region as dma-bufs, in a guest whose kernel has /dev/udmabuf and whose compositor
// (Weston, OpenGL on the CPU) takes them: broker, agent and viewer in there, and what the
// compositor shows compared with the source, each pixel.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/linux/module.h"
#include "host/machine/guest_program.h"
#include "vm/guest_programs.h"
#include "vm/machine_rig.h"

namespace oriel {
namespace {

using namespace testing_support;

/// The disk's folder; see make-debian-13-disk.
std::filesystem::path debian_folder() {
    const char* const cache = std::getenv("XDG_CACHE_HOME");  // NOLINT(concurrency-mt-unsafe)
    const char* const home = std::getenv("HOME");             // NOLINT(concurrency-mt-unsafe)
    const std::filesystem::path base =
        cache != nullptr ? std::filesystem::path(cache)
                         : std::filesystem::path(home == nullptr ? "" : home) / ".cache";
    return base / "oriel" / "debian-trixie-vm";
}

/// The first root is below /mnt of the second, which is the disk. Nobody writes the disk.
constexpr const char* kStart = R"(
mount -t ext4 -o ro /dev/vda /debian
mount -t tmpfs none /tmp
mkdir -p /dev/shm /tmp/shots
mount -t tmpfs none /dev/shm
for folder in dev proc sys run tmp; do mount --bind /$folder /debian/$folder; done
mount --bind / /debian/mnt
mkdir -m 700 /run/u
chown 65534:65534 /run/u /tmp/shots
chmod 1777 /tmp /dev/shm
chmod 666 /dev/udmabuf
cat >/bin/as-user <<'END'
#!/bin/sh
exec chroot /debian /usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups /usr/bin/env \
    PATH=/usr/bin HOME=/tmp XDG_RUNTIME_DIR=/run/u WAYLAND_DISPLAY=wayland-1 \
    LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu:/mnt/lib/x86_64-linux-gnu:/mnt/usr/lib/x86_64-linux-gnu \
    "$@"
END
chmod 755 /bin/as-user
)";

constexpr Nanoseconds kPatience = std::chrono::seconds(90);

/// Booted once for all, with everything but the viewer.
class DmabufVm : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        const std::filesystem::path debian = debian_folder();
        why_not_ = why_no_machine();
        if (why_not_.empty() && !std::filesystem::exists(debian / ".whole")) {
            why_not_ = "no disk with Debian 13: tests/vm/make-debian-13-disk makes it, as root";
        }
        if (!why_not_.empty()) {
            return;
        }
        folder_ = std::make_unique<MachineFolder>();
        machine_ = boot(options(debian));
        if (!machine_) {
            return;
        }
        in_background(
            "weston --backend=headless --renderer=gl --shell=kiosk --width=1280 "
            "--height=800 --socket=wayland-1 --idle-time=0 --debug",
            "weston");
        in_background("/mnt/bin/oriel broker vm --mode 1280x800", "broker");
        ASSERT_TRUE(comes_true("test -e /run/u/wayland-1 -a -e /run/u/oriel/vm/viewer.sock"))
            << run("cat /tmp/weston.log /tmp/broker.log");
        in_background("/mnt/bin/oriel-guest --region vm --capture pattern:1280x800@2", "agent");
    }

    static MachineOptions options(const std::filesystem::path& debian) {
        const std::filesystem::path kernel = debian / "oriel" / "guest-kernel";
        MachineOptions options;
        options.folder = folder_->make("a");
        options.kernel.folder = kernel;
        std::ifstream(kernel / "release") >> options.kernel.release;
        options.memory_mib = 1536;
        options.machine = "q35";
        options.root.modules = {"crc32c_generic", "ext4", "virtio_blk"};
        options.root.start = std::string("mkdir /debian") + kStart;
        options.root.files = guest_programs({"oriel", "oriel-guest", "pattern_check"});
        options.root.files.push_back(
            {.from = helper_file("oriel-gpu-probe"), .path = "libexec/oriel/oriel-gpu-probe"});
        options.devices = {"-smp",
                           "2",
                           "-cpu",
                           "max",
                           "-drive",
                           fmt::format("file={},if=none,id=debian,format=raw,readonly=on",
                                       (debian / "disk.ext4").string()),
                           "-device",
                           "virtio-blk-pci,drive=debian"};
        return options;
    }

    static void TearDownTestSuite() {
        machine_.reset();
        folder_.reset();
    }

    void SetUp() override {
        if (!why_not_.empty()) {
            GTEST_SKIP() << why_not_ << ": nothing was tested";
        }
        ASSERT_TRUE(machine_);
    }

    void TearDown() override {
        if (machine_) {
            run("kill $(cat /tmp/viewer.pid); while [ -d /proc/$(cat /tmp/viewer.pid) ]; do "
                "sleep 0.1; done; mv /dev/udmabuf.away /dev/udmabuf");
        }
    }

    /// What it said, without the end of its last line.
    static std::string run(const std::string& command) {
        const auto said = machine_->run(command);
        EXPECT_TRUE(said) << said.error().message;
        if (!said) {
            return {};
        }
        std::string text = said->text;
        while (text.ends_with('\n')) {
            text.pop_back();
        }
        return text;
    }

    static void in_background(const std::string& command, const std::string& name) {
        run(fmt::format(
            "as-user {} >/tmp/{}.log 2>&1 & echo $! >/tmp/{}.pid", command, name, name));
    }

    static bool comes_true(const std::string& condition) {
        const Nanoseconds give_up = monotonic_now() + kPatience;
        while (monotonic_now() < give_up) {
            const auto said = machine_->run(condition);
            if (said && said->exit_code == 0) {
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
        }
        return false;
    }

    static void view(const std::string& environment = "") {
        in_background(
            "env " + environment + " /mnt/bin/oriel -v view vm --platform wayland --input none",
            "viewer");
        ASSERT_TRUE(comes_true("grep -q 'slots are shown by' /tmp/viewer.log")) << viewer_log();
    }

    static std::string viewer_log() { return run("cat /tmp/viewer.log"); }

    static std::string presenter() {
        return run("as-user /mnt/bin/oriel ctl stats | grep presenter");
    }

    /// What is on the compositor's screen is a frame of the source, to the pixel.
    static void expect_right_screen() {
        for (int i = 0; i < 3; ++i) {
            run("rm -f /tmp/shots/*; as-user /bin/sh -c 'cd /tmp/shots && weston-screenshooter'");
            const std::string said =
                run("as-user /bin/sh -c '/mnt/bin/pattern_check /tmp/shots/*'");
            EXPECT_TRUE(said.starts_with("frame ") && said.ends_with(", right")) << said;
        }
    }

    static inline std::string why_not_;
    static inline std::unique_ptr<MachineFolder> folder_;
    static inline std::unique_ptr<VirtualMachine> machine_;
};

TEST_F(DmabufVm, ShowsByShmUntilTheGpuWasTriedAndByDmabufThen) {
    view();
    ASSERT_TRUE(comes_true("grep -q 'shown by linux-dmabuf' /tmp/viewer.log")) << viewer_log();
    expect_right_screen();

    const std::string log = viewer_log();
    const std::size_t first = log.find("slots are shown by wl_shm");
    const std::size_t tried = log.find("linux-dmabuf works on llvmpipe");
    const std::size_t then = log.find("slots are shown by linux-dmabuf");
    EXPECT_LT(first, tried) << log;
    EXPECT_LT(tried, then) << log;
    EXPECT_EQ(log.find("refuses"), std::string::npos) << log;
    EXPECT_NE(presenter().find("zero-copy by linux-dmabuf"), std::string::npos) << presenter();
    // The compositor has the very memory mapped, and slots came back in time.
    EXPECT_EQ(run("grep -c dmabuf /proc/$(cat /tmp/weston.pid)/maps >/dev/null; echo $?"), "0");
    EXPECT_NE(run("as-user /mnt/bin/oriel ctl stats | grep trouble").find("0 faults, 0 pictures"),
              std::string::npos);
}

TEST_F(DmabufVm, StaysWithShmWhereThatIsForbidden) {
    view("ORIEL_NO_DMABUF=1");
    expect_right_screen();

    EXPECT_NE(presenter().find("wl_shm (no linux-dmabuf: ORIEL_NO_DMABUF is set)"),
              std::string::npos)
        << presenter();
}

TEST_F(DmabufVm, StaysWithShmWhereThereIsNoUdmabuf) {
    run("mv /dev/udmabuf /dev/udmabuf.away");
    view();
    expect_right_screen();

    EXPECT_NE(presenter().find("wl_shm (no linux-dmabuf: cannot open /dev/udmabuf: No such file"),
              std::string::npos)
        << presenter();
}

TEST_F(DmabufVm, StaysWithShmWhereUdmabufIsNotForUs) {
    run("chmod 600 /dev/udmabuf");
    view();
    expect_right_screen();
    run("chmod 666 /dev/udmabuf");

    EXPECT_NE(presenter().find("Permission denied; become a member of its group"),
              std::string::npos)
        << presenter();
}

TEST_F(DmabufVm, StaysWithShmWhereTheProbeIsNotThere) {
    run("mv /libexec/oriel/oriel-gpu-probe /libexec/oriel/away");
    view();
    expect_right_screen();
    run("mv /libexec/oriel/away /libexec/oriel/oriel-gpu-probe");

    EXPECT_NE(presenter().find("wl_shm (no linux-dmabuf: "), std::string::npos) << presenter();
}

}  // namespace
}  // namespace oriel
