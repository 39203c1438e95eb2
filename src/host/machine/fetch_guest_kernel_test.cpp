// SPDX-License-Identifier: MIT
// packaging/fetch-guest-kernel, with kernels and an apt-get of the test's own.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/linux/child_program.h"
#include "base/linux/module.h"
#include "host/machine/guest_kernel.h"
#include "host/machine/whole_file.h"

namespace oriel {
namespace {

namespace fs = std::filesystem;

constexpr Nanoseconds kPatience = std::chrono::seconds(20);
const std::string kElf = "\x7f" + std::string("ELF and the rest of a kernel\n");

void put(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

class FetchGuestKernel : public testing::Test {
  protected:
    FetchGuestKernel() {
        std::string name = fs::temp_directory_path() / "oriel-kernel-XXXXXX";
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        put_tool("apt-cache", "echo '  Depends: linux-image-6.1.0-1-amd64'");
        put_tool("apt-get", "exit 100");
    }

    ~FetchGuestKernel() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    /// Found before the system's own.
    void put_tool(const std::string& name, const std::string& script) const {
        put(folder_ / "bin" / name, "#!/bin/bash\n" + script + "\n");
        ASSERT_EQ(::chmod((folder_ / "bin" / name).c_str(), 0755), 0);
    }

    /// A kernel with modules below `root`. `packed_by` writes to stdout.
    void put_kernel(const fs::path& root, const std::string& packed_by, bool has_size) const {
        put(folder_ / "elf", kElf);
        const std::string command =
            fmt::format("{} <{}/elf >{}/payload", packed_by, folder_.string(), folder_.string());
        ASSERT_EQ(std::system(command.c_str()), 0);  // NOLINT: a test's own command
        const std::string payload =
            *read_whole_file(folder_ / "payload") + (has_size ? std::string(4, 's') : "");
        std::string image(1024 + 16, '\0');
        image[0x1f1] = 1;
        image.replace(0x202, 4, "HdrS");
        image[0x248] = 16;
        image[0x24c] = static_cast<char>(payload.size());
        put(root / "boot/vmlinuz-6.1.0-1-amd64", image + payload + "more");
        const fs::path modules = root / "lib/modules/6.1.0-1-amd64";
        put(modules / "modules.builtin", "kernel/drivers/built-in-one.ko\n");
        put_module(modules / "kernel/gpu/bochs.ko", "drm");
        put_module(modules / "kernel/gpu/virtio-gpu.ko", "drm,virtio-ring");
        put_module(modules / "kernel/gpu/drm.ko", "");
        put_module(modules / "kernel/virtio/virtio_ring.ko", "");
        put_module(modules / "kernel/net/unwanted.ko", "");
    }

    static void put_module(const fs::path& path, const std::string& needs) {
        const std::string zero(1, '\0');
        put(path, kElf + zero + "depends=" + needs + zero + "name=y" + zero);
    }

    static std::vector<std::string> command(const std::string& option) {
        // Stderr goes the way of stdout, but where that is all it says.
        return {"/bin/sh",
                "-c",
                option == "--reason" ? R"(exec "$@")" : R"(exec "$@" 2>&1)",
                "sh",
                helper_file("fetch-guest-kernel"),
                option};
    }

    ChildProgram start(const std::string& option) const {
        std::vector<std::string> arguments = command(option);
        if (option.empty()) {
            arguments.pop_back();
        }
        const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
        auto child = ChildProgram::start(
            {.label = "script",
             .arguments = arguments,
             .environment = {{"XDG_CACHE_HOME", (folder_ / "cache").string()},
                             {"ORIEL_KERNEL_ROOT", (folder_ / "root").string()},
                             {"PATH", fmt::format("{}/bin:{}", folder_.string(), path)}},
             .output = ChildCommand::Output::Pipe});
        EXPECT_TRUE(child);
        return std::move(*child);
    }

    /// Its exit code; what it said is in said_.
    int run(const std::string& option = "") {
        ChildProgram child = start(option);
        const auto bytes = read_output(child, 65536, kPatience);
        EXPECT_TRUE(bytes && child.wait(kPatience));
        said_.clear();
        for (const std::byte byte : *bytes) {
            said_ += static_cast<char>(byte);
        }
        return child.exit_code();
    }

    bool says(const std::string& part) const { return said_.find(part) != std::string::npos; }

    fs::path ready() const { return folder_ / "cache/oriel/guest-kernel"; }

    /// Nothing in the cache but its lock, and `guest-kernel` if it may be there.
    void expect_no_leftovers() const {
        for (const auto& entry : fs::directory_iterator(folder_ / "cache/oriel")) {
            const std::string name = entry.path().filename();
            EXPECT_TRUE(name == "guest-kernel.lock" || name == "guest-kernel") << name;
        }
    }

    fs::path folder_;
    std::string said_;
};

TEST_F(FetchGuestKernel, TakesTheMachinesOwnAndFindsItAgain) {
    put_kernel(folder_ / "root", "gzip -c", /*has_size=*/false);
    put_tool("apt-get", "echo must not be asked >&2; exit 100");

    ASSERT_EQ(run(), 0) << said_;

    EXPECT_TRUE(says(ready().string() + "\n")) << said_;
    EXPECT_EQ(*read_whole_file(ready() / "vmlinux"), kElf);
    EXPECT_EQ(*read_whole_file(ready() / "vmlinuz"),
              *read_whole_file(folder_ / "root/boot/vmlinuz-6.1.0-1-amd64"));
    EXPECT_TRUE(fs::exists(ready() / "modules/virtio_ring.ko"));
    EXPECT_FALSE(fs::exists(ready() / "modules/unwanted.ko"));
    fs::remove_all(folder_ / "root");
    EXPECT_EQ(run("--cached"), 0) << said_;
    EXPECT_EQ(run(), 0) << said_;
    expect_no_leftovers();

    GuestKernel kernel{ready(), "6.1.0-1-amd64"};
    const std::vector<std::string> wanted{"virtio_gpu", "built_in_one", "bochs"};
    const auto order = modules_in_order(kernel, wanted);
    ASSERT_TRUE(order) << order.error().message;
    EXPECT_EQ(*order, (std::vector<std::string>{"drm", "virtio_ring", "virtio_gpu", "bochs"}));
}

TEST_F(FetchGuestKernel, UnpacksWhatIsFollowedByItsSize) {
    put_kernel(folder_ / "root", "xz -c --check=crc32", /*has_size=*/true);
    ASSERT_EQ(run(), 0) << said_;
    EXPECT_EQ(*read_whole_file(ready() / "vmlinux"), kElf);

    put_kernel(folder_ / "root", "zstd -c", /*has_size=*/true);
    ASSERT_EQ(run("--renew"), 0) << said_;
    EXPECT_EQ(*read_whole_file(ready() / "vmlinux"), kElf);
    expect_no_leftovers();
}

TEST_F(FetchGuestKernel, DownloadsAndSaysHowMuchFirst) {
    put_kernel(folder_ / "package", "gzip -c", false);
    put_tool(
        "apt-get",
        "if [[ $* == *--print-uris* ]]; then echo \"'http://x/k.deb' k.deb 70550672 SHA256:0\"; "
        "else touch k.deb; fi");
    put_tool("dpkg", fmt::format("cp -r {}/. \"$3\"", (folder_ / "package").string()));

    ASSERT_EQ(run(), 0) << said_;

    EXPECT_TRUE(says("downloading 71 MB: linux-image-6.1.0-1-amd64")) << said_;
    EXPECT_EQ(*read_whole_file(ready() / "vmlinux"), kElf);
    EXPECT_EQ(*read_whole_file(ready() / "release"), "6.1.0-1-amd64\n");
    expect_no_leftovers();
}

TEST_F(FetchGuestKernel, OfflineIsOneLineAndLeavesNothing) {
    put_tool(
        "apt-get",
        "if [[ $* == *--print-uris* ]]; then echo \"'http://x/k.deb' k.deb 1000000 SHA256:0\"; "
        "else echo 'E: Failed to fetch http://x/k.deb' >&2; exit 100; fi");

    EXPECT_EQ(run(), 1);

    EXPECT_TRUE(says("cannot download linux-image-6.1.0-1-amd64: E: Failed to fetch")) << said_;
    expect_no_leftovers();
    EXPECT_EQ(run("--reason"), 1);
    EXPECT_TRUE(said_.starts_with("fetch-guest-kernel: cannot download linux-image-")) << said_;
    EXPECT_EQ(run("--cached"), 1);
    EXPECT_TRUE(says("run packaging/fetch-guest-kernel")) << said_;
}

TEST_F(FetchGuestKernel, ABrokenDownloadLeavesTheOldOneAlone) {
    put_kernel(folder_ / "root", "gzip -c", false);
    ASSERT_EQ(run(), 0) << said_;
    fs::remove_all(folder_ / "root");
    put_kernel(folder_ / "package", "head -c 5", false);
    put_tool(
        "apt-get",
        "if [[ $* == *--print-uris* ]]; then echo \"'http://x/k.deb' k.deb 1000000 SHA256:0\"; "
        "else touch k.deb; fi");
    put_tool("dpkg", fmt::format("cp -r {}/. \"$3\"", (folder_ / "package").string()));

    EXPECT_EQ(run("--renew"), 1);

    EXPECT_TRUE(says("is not what was expected")) << said_;
    EXPECT_EQ(*read_whole_file(ready() / "vmlinux"), kElf);
    expect_no_leftovers();
}

TEST_F(FetchGuestKernel, EndedInTheMiddleItLeavesNothing) {
    put_tool("apt-get",
             fmt::format("if [[ $* == *--print-uris* ]]; then echo \"'x' k.deb 1000000 SHA256:0\"; "
                         "else touch {}/started; exec sleep 60; fi",
                         folder_.string()));
    ChildProgram child = start("");
    const Nanoseconds give_up = monotonic_now() + kPatience;
    while (!fs::exists(folder_ / "started") && monotonic_now() < give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }

    child.send(SIGTERM);

    EXPECT_TRUE(child.wait(kPatience));
    EXPECT_EQ(child.exit_code(), 143);
    expect_no_leftovers();
    EXPECT_FALSE(fs::exists(ready()));
}

}  // namespace
}  // namespace oriel
