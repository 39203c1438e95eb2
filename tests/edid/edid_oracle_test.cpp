// SPDX-License-Identifier: MIT
// edid-decode judges the blocks that `oriel edid make` writes, and edid-decode and cvt (libxcvt)
// compute the timings once more.
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "edid/cvt.h"

namespace oriel {
namespace {

struct ClosePipe {
    void operator()(std::FILE* pipe) const noexcept { ::pclose(pipe); }
};

/// What a command line says, both outputs together.
std::string said_by(const std::string& command) {
    const std::unique_ptr<std::FILE, ClosePipe> pipe(::popen((command + " 2>&1").c_str(), "re"));
    std::string text;
    std::array<char, 4096> buffer{};
    while (pipe != nullptr) {
        const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get());
        if (size == 0) {
            break;
        }
        text.append(buffer.data(), size);
    }
    return text;
}

bool is_there(const std::string& program) {
    return !said_by("command -v " + program).empty();
}

std::string oriel_program() {
    const char* folder = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    return std::string(folder == nullptr ? "build/dev/bin" : folder) + "/oriel";
}

/// The first timing in edid-decode's long form:
/// "CVT:  1920x1080  60.0 Hz ... 133.320000 MHz / Hfront 8 Hsync 32 Hback 40 Hpol P / Vfront ...".
Timing timing_in(const std::string& text) {
    static const std::regex form(
        R"((\d+)x(\d+)\s+[\d.]+ Hz.*?([\d.]+) MHz[^\n]*\n)"
        R"(\s+Hfront\s+(\d+) Hsync\s+(\d+) Hback\s+(\d+) Hpol (\w)[^\n]*\n)"
        R"(\s+Vfront\s+(\d+) Vsync\s+(\d+) Vback\s+(\d+) Vpol (\w))");
    std::smatch found;
    if (!std::regex_search(text, found, form)) {
        return {};
    }
    const auto axis = [&found](std::size_t active, std::size_t rest) {
        const auto number = [&found](std::size_t at) {
            return static_cast<std::uint32_t>(std::stoul(found.str(at)));
        };
        return TimingAxis{
            number(active),
            number(rest),
            number(rest + 1),
            number(rest + 2),
            found.str(rest + 3) == "P" ? SyncPolarity::Positive : SyncPolarity::Negative};
    };
    Timing timing{.horizontal = axis(1, 4), .vertical = axis(2, 8)};
    timing.pixel_clock_hz = static_cast<std::uint64_t>(std::llround(std::stod(found.str(3)) * 1e6));
    return timing;
}

/// What libxcvt's modeline has in common with the standard: the whole of a line and of a picture,
/// and the clock. How it parts the blanking is its own, and its clock may be a step lower.
struct Totals {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    double megahertz = 0;
};

Totals totals_of_modeline(const std::string& text) {
    static const std::regex form(
        R"(Modeline "[^"]*"\s+([\d.]+)\s+\d+ \d+ \d+ (\d+)\s+\d+ \d+ \d+ (\d+))");
    std::smatch found;
    if (!std::regex_search(text, found, form)) {
        return {};
    }
    return {static_cast<std::uint32_t>(std::stoul(found.str(2))),
            static_cast<std::uint32_t>(std::stoul(found.str(3))),
            std::stod(found.str(1))};
}

void expect_like(const Totals& totals, const Timing& timing, const EdidMode& mode) {
    EXPECT_EQ(totals.width, timing.horizontal.total()) << mode.text();
    EXPECT_EQ(totals.height, timing.vertical.total()) << mode.text();
    EXPECT_NEAR(totals.megahertz, static_cast<double>(timing.pixel_clock_hz) / 1e6, 0.2501)
        << mode.text();
}

std::vector<EdidMode> modes_to_compare() {
    constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 10> kSizes{{{640, 480},
                                                                              {800, 600},
                                                                              {1280, 720},
                                                                              {1280, 1024},
                                                                              {1280, 768},
                                                                              {1920, 1080},
                                                                              {1080, 1920},
                                                                              {2560, 1600},
                                                                              {3440, 1440},
                                                                              {7680, 4320}}};
    std::vector<EdidMode> modes;
    for (const auto& [width, height] : kSizes) {
        for (const std::uint32_t refresh :
             {24'000U, 30'000U, 50'000U, 60'000U, 75'000U, 120'000U}) {
            modes.push_back({width, height, refresh});
        }
    }
    return modes;
}

class EdidOracle : public testing::Test {
  protected:
    void SetUp() override {
        if (!is_there("edid-decode")) {
            GTEST_SKIP() << "edid-decode is not there: nothing was tested";
        }
        std::string name = std::filesystem::temp_directory_path() / "oriel-edid-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }

    void TearDown() override {
        if (!folder_.empty()) {
            std::filesystem::remove_all(folder_);
        }
    }

    /// Has the program make a block; where it is.
    std::string make(const std::string& options) const {
        const std::string file = folder_ + "/block.bin";
        EXPECT_EQ(said_by(fmt::format("{} edid make -o {} {}", oriel_program(), file, options)),
                  file + "\n");
        return file;
    }

  private:
    std::string folder_;
};

class EdidOracleOptions : public EdidOracle, public testing::WithParamInterface<const char*> {};

TEST_P(EdidOracleOptions, ConformToTheStandards) {
    const std::string verdict = said_by("edid-decode --check " + make(GetParam()));

    EXPECT_NE(verdict.find("EDID conformity: PASS"), std::string::npos) << verdict;
    EXPECT_EQ(verdict.find("Warnings:"), std::string::npos) << verdict;
    EXPECT_EQ(verdict.find("Failures:"), std::string::npos) << verdict;
}

INSTANTIATE_TEST_SUITE_P(
    Set,
    EdidOracleOptions,
    testing::Values("",
                    "--hdr",
                    "--mode 1920x1080@144",
                    "--mode 2560x1440@240",
                    "--mode 3840x2160@144",
                    "--mode 3840x2160@144 --hdr",
                    "--mode 7680x4320",
                    "--mode 7680x4320@500",
                    "--mode 1920x1080@500",
                    "--mode 3440x1440@175",
                    "--mode 1366x768",
                    "--mode 1080x1920",
                    "--mode 1920x1080@59.94 --mode 800x600 --dpi 110",
                    "--mode 2560x1440@165 --mode 2560x1440@120 --mode 2560x1440 --mode 1920x1080",
                    "--mode 1920x1080@500 --mode 1920x1080@480 --mode 1920x1080@360 --mode "
                    "2560x1440@360 --mode 3840x2160@240 --mode 7680x4320@120 --mode 5120x2880",
                    "--timing cvt",
                    "--timing cvt-rb --mode 2560x1440@75",
                    "--name 'Thirteen char' --serial 20251234",
                    "--connector hdmi",
                    "--connector hdmi --hdr --mode 3840x2160@120 --serial B7"));

TEST_F(EdidOracle, ReadsThePreferredModeAsItWasAsked) {
    for (const char* text : {"1920x1080@144",
                             "2560x1440@240",
                             "3840x2160@144",
                             "7680x4320@60",
                             "1920x1080@500",
                             "3440x1440@175",
                             "1920x1080@59.94",
                             "1366x768@60"}) {
        const EdidMode asked = EdidMode::parse(text).value();
        const std::string said =
            said_by(fmt::format("edid-decode -p {}", make(fmt::format("--mode {}", text))));
        static const std::regex form(R"((\d+)x(\d+)\s+([\d.]+) Hz)");
        // The last list is that of a reader of every block; the highest rate there is preferred.
        const std::size_t last = said.rfind("Preferred Video Timing");
        ASSERT_NE(last, std::string::npos) << said;
        const std::string list = said.substr(last);
        bool is_found = false;
        for (std::sregex_iterator line(list.begin(), list.end(), form), end; line != end; ++line) {
            is_found =
                is_found ||
                (std::stoul((*line)[1]) == asked.width && std::stoul((*line)[2]) == asked.height &&
                 std::abs(std::stod((*line)[3]) - asked.refresh_mhz / 1000.0) < 0.01);
        }
        EXPECT_TRUE(is_found) << text << " in:\n" << list;
    }
}

TEST_F(EdidOracle, ComputesTheSameTimings) {
    for (const EdidMode& mode : modes_to_compare()) {
        for (const auto formula : {CvtFormula::Full, CvtFormula::Reduced, CvtFormula::Reduced2}) {
            const std::string said = said_by(fmt::format("edid-decode --cvt w={},h={},fps={},rb={}",
                                                         mode.width,
                                                         mode.height,
                                                         mode.refresh_mhz / 1000,
                                                         static_cast<int>(formula)));
            const Timing theirs = timing_in(said);
            const Timing ours = cvt_timing(mode, formula).value();
            EXPECT_EQ(ours.horizontal, theirs.horizontal) << mode.text();
            EXPECT_EQ(ours.vertical, theirs.vertical) << mode.text();
            // Where the clock comes out exact, edid-decode may round it down a step, 1 kHz.
            const double step = formula == CvtFormula::Reduced2 ? 1000 : 0;
            EXPECT_NEAR(static_cast<double>(ours.pixel_clock_hz),
                        static_cast<double>(theirs.pixel_clock_hz),
                        step)
                << mode.text();
        }
    }
}

TEST_F(EdidOracle, ComputesTheSameTimingsAsLibxcvt) {
    if (!is_there("cvt")) {
        GTEST_SKIP() << "cvt is not there: nothing was tested";
    }
    for (const EdidMode& mode : modes_to_compare()) {
        if (mode.refresh_mhz < 50'000) {
            continue;  // It knows the standard before its back porch had seven lines at least.
        }
        const auto totals = [&mode](const char* option) {
            return totals_of_modeline(said_by(fmt::format(
                "cvt {} {} {} {}", option, mode.width, mode.height, mode.refresh_mhz / 1000)));
        };
        expect_like(totals(""), cvt_timing(mode, CvtFormula::Full).value(), mode);
        if (mode.refresh_mhz == 60'000) {  // It reduces the blanking of 60 Hz only.
            expect_like(totals("-r"), cvt_timing(mode, CvtFormula::Reduced).value(), mode);
        }
    }
}

}  // namespace
}  // namespace oriel
