// SPDX-License-Identifier: MIT
// Framebuffers read through EGL, in a real guest: as much of it as there is without a GPU. Mesa
// imports the card's memory and draws it on the CPU; what comes out is compared with the memory,
// each pixel.
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vm/gl_guest.h"
#include "vm/guest_programs.h"
#include "vm/machine_rig.h"

namespace oriel {
namespace {

using namespace testing_support;

/// A guest whose card can share its memory, and Mesa in it. Booted once for all.
class Import : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        why_not_ = why_no_machine() + why_no_gl();
        if (!why_not_.empty()) {
            return;
        }
        folder_ = std::make_unique<MachineFolder>();
        MachineOptions options = machine_options(folder_->make("a"));
        options.memory_mib = 1024;
        options.kernel_arguments = {"vt.global_cursor_default=0"};
        options.devices = {"-device", "virtio-vga,xres=640,yres=400"};
        options.root.modules = {"virtio_pci", "virtio_gpu"};
        options.root.files = guest_programs({"import_check", "oriel-guest"});
        const auto files = gl_files();
        ASSERT_TRUE(files) << files.error().message;
        options.root.files.insert(options.root.files.end(), files->begin(), files->end());
        machine_ = boot(options);
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

    /// What a line of shell printed in the guest, without what libraries complained of.
    static std::string run(const std::string& command) {
        const auto said = machine_->run("{ " + command + "; } 2>/dev/null");
        EXPECT_TRUE(said) << said.error().message;
        return said ? said->text : std::string();
    }

    static void take_away(const std::string& library) {
        run("find / -xdev -name " + library + " -exec mv {} {}.away ';'");
    }

    static void bring_back() {
        run("for file in $(find / -xdev -name '*.away'); do mv $file ${file%.away}; done");
    }

    static inline std::string why_not_;
    static inline std::unique_ptr<MachineFolder> folder_;
    static inline std::unique_ptr<VirtualMachine> machine_;
};

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

TEST_F(Import, ReadsEachFormatToTheBitAndRefusesALayoutThatTheDriverDoesNotKnow) {
    const std::string said = run("import_check formats");

    const std::string driver = first_line(said);
    EXPECT_TRUE(driver.starts_with("llvmpipe")) << driver;
    std::string expected = driver + "\n";
    for (const char* format :
         {"XR24", "AR24", "XB24", "AB24", "RG16", "XR30", "AR30", "XB30", "AB30"}) {
        expected += fmt::format(
            "format {0} in a layout that is not told: equal\n"
            "format {0} in LINEAR (0x0): equal\n"
            "format {0} in Y_TILED (0x100000000000002): {1} refuses to import it (0x3009)\n",
            format,
            driver);
    }
    EXPECT_EQ(said, expected);
}

TEST_F(Import, FollowsTheScreenAsAMappingDoes) {
    const std::string said = run("import_check screen | cut -d';' -f1");

    EXPECT_EQ(said,
              "round 0: 0 of 640x400 pixels differ\n"
              "round 1: 0 of 640x400 pixels differ\n"
              "resting: 1 of two devices open\n"
              "round 2: 0 of 640x400 pixels differ\n"
              "round 3: 0 of 640x400 pixels differ\n");
}

TEST_F(Import, SaysWhatIsMissing) {
    EXPECT_TRUE(run("import_check refusal")
                    .starts_with("cannot use /dev/dri/renderD128: it draws nothing, and llvmpipe"));

    take_away("libgbm.so.1");
    EXPECT_EQ(run("import_check refusal"),
              "cannot load the module egl: libgbm.so.1: cannot open shared object file: No such "
              "file or directory\n");
    EXPECT_TRUE(run("oriel-guest --version").starts_with("oriel-guest "));
    bring_back();

    take_away("egl.so");
    EXPECT_TRUE(run("import_check refusal")
                    .starts_with("cannot load the module egl: it is not installed; looked for /"));
    bring_back();
}

}  // namespace
}  // namespace oriel
