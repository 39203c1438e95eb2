// SPDX-License-Identifier: MIT
#include "capture/pipewire/restore_token.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oriel::pipewire_capture {
namespace {

class RestoreToken : public testing::Test {
  protected:
    RestoreToken() { ::mkdtemp(folder_.data()); }

    ~RestoreToken() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::string path() const { return folder_ + "/state/oriel/token"; }

    std::string folder_ = "/tmp/oriel-token-XXXXXX";
};

TEST_F(RestoreToken, IsThereTheNextTimeForItsUserAlone) {
    ASSERT_TRUE(write_restore_token(path(), "first"));
    ASSERT_TRUE(write_restore_token(path(), "second"));

    EXPECT_EQ(read_restore_token(path()), "second");
    struct stat status{};
    ASSERT_EQ(::stat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(RestoreToken, IsNoneWhereThereIsNoFile) {
    EXPECT_EQ(read_restore_token(path()), "");
}

TEST_F(RestoreToken, IsNoneWhereItIsNoText) {
    ASSERT_TRUE(write_restore_token(path(), std::string("a\0b", 3)));
    EXPECT_EQ(read_restore_token(path()), "");
    ASSERT_TRUE(write_restore_token(path(), std::string(1000, 'a')));
    EXPECT_EQ(read_restore_token(path()), "");
}

TEST_F(RestoreToken, IsNotReadThroughALink) {
    ASSERT_TRUE(write_restore_token(path(), "secret"));
    std::filesystem::create_symlink(path(), folder_ + "/link");
    EXPECT_EQ(read_restore_token(folder_ + "/link"), "");
}

TEST_F(RestoreToken, SaysWhereItCannotBeKept) {
    std::ofstream(folder_ + "/state") << "a file";
    EXPECT_FALSE(write_restore_token(path(), "token"));
}

}  // namespace
}  // namespace oriel::pipewire_capture
