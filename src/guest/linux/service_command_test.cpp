// SPDX-License-Identifier: MIT
#include "guest/linux/service_command.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace oriel {
namespace {

using Scope = ServiceCommandOptions::Scope;
using Verb = ServiceCommandOptions::Verb;

std::string content(const std::string& path) {
    std::ifstream file(path);
    std::string text;
    static_cast<void>(std::getline(file, text, '\0'));
    return text;
}

void write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

/// A machine with a systemctl that writes down what it was asked, and fails when told to.
class ServiceCommandTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
        host_.systemctl = folder_ + "/systemctl";
        host_.mark = folder_;
        host_.own_units = folder_ + "/etc/units";
        host_.package_units = {folder_ + "/lib"};
        host_.program = "/opt/my guest/oriel-guest";
        host_.may_write = true;
        let_systemctl_answer(0);
    }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    void let_systemctl_answer(int code) const {
        write(host_.systemctl,
              "#!/bin/sh\necho \"$*\" >> '" + folder_ + "/asked'\nexit " + std::to_string(code) +
                  "\n");
        std::filesystem::permissions(host_.systemctl, std::filesystem::perms::owner_all);
    }

    Result<int> run(Verb verb, Scope scope = Scope::System) const {
        return run_service_at(host_, {.verb = verb, .scope = scope});
    }

    std::string asked() const { return content(folder_ + "/asked"); }

    std::string unit() const { return host_.own_units + "/oriel-guest.service"; }

    std::string folder_ = testing::TempDir() + "oriel-service-XXXXXX";
    ServiceHost host_;
};

TEST_F(ServiceCommandTest, InstallsAUnitThatRunsThisProgram) {
    EXPECT_EQ(run(Verb::Install), 0);

    EXPECT_NE(content(unit()).find("\nExecStart=\"/opt/my guest/oriel-guest\" --wait "),
              std::string::npos)
        << content(unit());
    EXPECT_EQ(content(unit()).find('@'), std::string::npos);
    EXPECT_NE(content(unit()).find("\nRestart=always\n"), std::string::npos);
    EXPECT_EQ(asked(), "daemon-reload\nenable --now oriel-guest.service\n");
}

TEST_F(ServiceCommandTest, InstallsTheUnitOfThePackageWhereThereIsOne) {
    std::filesystem::create_directories(folder_ + "/lib");
    write(folder_ + "/lib/oriel-guest.service", "[Service]\n");

    EXPECT_EQ(run(Verb::Install), 0);

    EXPECT_FALSE(std::filesystem::exists(unit()));
    EXPECT_EQ(asked(), "enable --now oriel-guest.service\n");
}

TEST_F(ServiceCommandTest, AsksTheUsersManagerForAUsersService) {
    EXPECT_EQ(run(Verb::Install, Scope::User), 0);

    EXPECT_NE(content(unit()).find(" --wait --capture auto "), std::string::npos);
    EXPECT_EQ(asked(), "--user daemon-reload\n--user enable --now oriel-guest.service\n");
}

TEST_F(ServiceCommandTest, RemovesOnlyWhatItWrote) {
    ASSERT_EQ(run(Verb::Install), 0);
    EXPECT_EQ(run(Verb::Uninstall), 0);
    EXPECT_FALSE(std::filesystem::exists(unit()));

    write(unit(), "# an administrator's own\n");
    EXPECT_EQ(run(Verb::Uninstall), 0);
    EXPECT_TRUE(std::filesystem::exists(unit()));
}

TEST_F(ServiceCommandTest, PassesStartStopAndStatusOn) {
    EXPECT_EQ(run(Verb::Start), 0);
    EXPECT_EQ(run(Verb::Stop), 0);
    EXPECT_EQ(run(Verb::Status), 0);

    EXPECT_EQ(asked(),
              "start oriel-guest.service\nstop oriel-guest.service\n"
              "--no-pager status oriel-guest.service\n");
    let_systemctl_answer(3);
    EXPECT_EQ(run(Verb::Status), 1);
}

TEST_F(ServiceCommandTest, SaysWhatFailed) {
    let_systemctl_answer(1);
    const auto started = run(Verb::Start);
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().message.find("systemctl start` failed"), std::string::npos)
        << started.error().message;

    host_.systemctl = "/nowhere/systemctl";
    EXPECT_FALSE(run(Verb::Start));
}

TEST_F(ServiceCommandTest, SaysThatSystemdDoesNotRun) {
    host_.mark = "/nowhere";

    const auto system = run(Verb::Status);
    const auto user = run(Verb::Install, Scope::User);

    ASSERT_FALSE(system);
    EXPECT_TRUE(system.error().message.starts_with("systemd does not run here"));
    ASSERT_FALSE(user);
    EXPECT_TRUE(user.error().message.starts_with("no systemd of this user runs here"));
    EXPECT_EQ(asked(), "");
}

TEST_F(ServiceCommandTest, SaysThatOnlyRootMay) {
    host_.may_write = false;

    const auto done = run(Verb::Install);

    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("sudo"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(unit()));
    EXPECT_EQ(run(Verb::Status), 0);
}

}  // namespace
}  // namespace oriel
