// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json_fwd.hpp>

#include "control/played_qemu.h"
#include "faults/programs.h"

namespace oriel::testing_support {

/// The real programs: a broker, an agent with a pattern, and viewers that `oriel ctl` talks to.
class ControlTest : public testing::Test {
  protected:
    ControlTest();
    ~ControlTest() override;

    static constexpr const char* kPattern = "320x240@30,full";

    /// What a command line says on both outputs, and its exit code.
    struct Said {
        int exit_code = -1;
        std::string text;
    };

    static Said run(std::vector<std::string> arguments);
    static Said ctl(const std::vector<std::string>& arguments);

    /// Exit code 0, and one JSON object.
    static nlohmann::json json_of(const std::vector<std::string>& arguments);

    static nlohmann::json stats();

    /// `oriel view TARGET --json ...`, which is up when this returns.
    static ChildProgram view(std::vector<std::string> arguments,
                             const Environment& environment = {{"DISPLAY", ""}});

    static ChildProgram view_offscreen(const std::vector<std::string>& more = {});

    /// Looks until `condition`; whether it came within 20 s.
    template <class Condition>
    static bool comes(Condition condition) {
        const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(20);
        while (!condition()) {
            if (monotonic_now() > give_up) {
                return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return true;
    }

    /// The PNG file holds a whole frame of kPattern, to the last pixel.
    static void expect_pattern(const std::string& file);

    void configure(const std::string& content) const;

    std::string config_path() const { return folder_.path() + "/config/oriel/config.toml"; }

    std::string qmp_path() const { return folder_.path() + "/qmp"; }

    std::vector<std::string> sockets() const;

    RuntimeFolder folder_;
    std::string config_before_;
    std::unique_ptr<ChildProgram> broker_;
    std::unique_ptr<ChildProgram> agent_;
};

}  // namespace oriel::testing_support
