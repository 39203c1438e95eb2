// SPDX-License-Identifier: MIT
#include "host/vm/broker_unit.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "host/vm/definition_backup.h"

namespace oriel {
namespace {

/// A user's service manager whose systemctl notes what it was called with.
class BrokerUnits : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = std::filesystem::temp_directory_path() / "oriel-units-XXXXXX";
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        // NOLINTBEGIN(concurrency-mt-unsafe): the test has one thread
        ::setenv("XDG_RUNTIME_DIR", folder_.c_str(), 1);
        ::setenv("XDG_STATE_HOME", (folder_ + "/state").c_str(), 1);
        ::setenv("PATH", (folder_ + ":/usr/bin:/bin").c_str(), 1);
        // NOLINTEND(concurrency-mt-unsafe)
    }

    void TearDown() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    void have_systemctl(int exit_code) const {
        std::filesystem::create_directories(folder_ + "/systemd/private");
        std::ofstream(folder_ + "/systemctl")
            << "#!/bin/sh\necho \"$@\" >> " << folder_ << "/calls\nexit " << exit_code << "\n";
        ::chmod((folder_ + "/systemctl").c_str(), 0755);
    }

    std::string calls() const { return text_of(folder_ + "/calls"); }

    static std::string text_of(const std::string& path) {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }

    std::string folder_;
    BrokerUnit unit_{"win11", BrokerUnit::Scope::User};
};

TEST_F(BrokerUnits, AreThereOnlyWithTheirManager) {
    EXPECT_FALSE(has_service_manager(unit_));
    have_systemctl(0);
    EXPECT_TRUE(has_service_manager(unit_));
}

TEST_F(BrokerUnits, AreEnabledAndDisabledThroughIt) {
    have_systemctl(0);

    EXPECT_TRUE(is_enabled(unit_));
    EXPECT_TRUE(run_command(enable_command(unit_)));
    EXPECT_TRUE(run_command(disable_command(unit_, /*and_stop=*/true)));
    EXPECT_TRUE(run_command(disable_command({"win11", BrokerUnit::Scope::System}, false)));

    EXPECT_EQ(calls(),
              "--user is-enabled --quiet oriel-broker@win11.socket\n"
              "--user enable --now oriel-broker@win11.socket\n"
              "--user disable --now oriel-broker@win11.socket oriel-broker-viewer@win11.socket "
              "oriel-broker@win11.service\n"
              "disable oriel-broker@win11.socket oriel-broker-viewer@win11.socket\n");
}

TEST_F(BrokerUnits, SayWhatToTypeWhereItFails) {
    have_systemctl(5);

    const auto failed = run_command(enable_command(unit_));
    const auto missing = run_command({"oriel-no-such-program"});

    EXPECT_FALSE(is_enabled(unit_));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message,
              "`systemctl --user enable --now oriel-broker@win11.socket` failed: its own words are "
              "above; as root it may do");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message, "no program oriel-no-such-program");
}

TEST_F(BrokerUnits, AreReplacedByHand) {
    EXPECT_EQ(broker_by_hand(unit_), "oriel broker win11");
    EXPECT_EQ(broker_by_hand({"win11", BrokerUnit::Scope::System}),
              "sudo env -u XDG_RUNTIME_DIR oriel broker win11 --vm-group kvm");
}

TEST_F(BrokerUnits, DefinitionsAreKeptEachInAFileOfItsOwn) {
    const auto first = keep_definition("win11", "one");
    const auto second = keep_definition("win11", "two");

    ASSERT_TRUE(first) << first.error().message;
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_NE(*first, *second);
    EXPECT_EQ(text_of(*first), "one");
    EXPECT_EQ(text_of(*second), "two");
}

}  // namespace
}  // namespace oriel
