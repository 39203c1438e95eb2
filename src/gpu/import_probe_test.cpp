// SPDX-License-Identifier: MIT
#include "gpu/import_probe.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <poll.h>

#include "base/linux/module.h"

namespace oriel::gpu {
namespace {

const ImportTrial kTrial{
    "/dev/dri/renderD128", {1920, 1080}, 7680, {1U << 20U, 8355840}, 64U << 20U};

std::optional<ImportTrial> through_arguments(const ImportTrial& trial) {
    std::vector<std::string> texts = arguments_of(trial);
    std::vector<char*> arguments;
    for (std::string& text : texts) {
        arguments.push_back(text.data());
    }
    return trial_of(arguments);
}

TEST(ImportTrial, IsTheSameForTheProgram) {
    const auto got = through_arguments(kTrial);

    ASSERT_TRUE(got);
    EXPECT_EQ(got->node, kTrial.node);
    EXPECT_EQ(got->size, kTrial.size);
    EXPECT_EQ(got->stride, kTrial.stride);
    EXPECT_EQ(got->slot, kTrial.slot);
    EXPECT_EQ(got->memory_size, kTrial.memory_size);
}

TEST(ImportTrial, IsNoneWhereThePictureLeavesTheMemory) {
    ImportTrial trial = kTrial;
    trial.memory_size = trial.slot.offset + trial.slot.size - 1;
    EXPECT_FALSE(through_arguments(trial));

    trial = kTrial;
    trial.size.height = 1089;
    EXPECT_FALSE(through_arguments(trial));

    trial = kTrial;
    trial.size.width = 1921;
    EXPECT_FALSE(through_arguments(trial));
}

TEST(ImportAnswer, IsTheSameForTheViewer) {
    EXPECT_EQ(*answer_of(line_of("a GPU")), "a GPU");
    EXPECT_EQ(answer_of(line_of(Failure(Error::unsupported("why")))).error().message, "why");
    EXPECT_EQ(*answer_of("a driver's word\n" + line_of("a GPU")), "a GPU");
}

TEST(ImportAnswer, IsAFailureWhereTheProgramCrashed) {
    EXPECT_TRUE(answer_of("").error().message.starts_with("oriel-gpu-probe ended without a word"));
}

/// The real program, on whatever this machine has: it answers, and nobody waits for it meanwhile.
TEST(ImportProbe, SaysWhyThereIsNoSuchGpu) {
    if (!std::filesystem::exists(helper_file(kProbeProgram))) {
        GTEST_SKIP() << "oriel-gpu-probe is not built: nothing was tested";
    }
    ImportTrial trial = kTrial;
    trial.node = "/dev/dri/gone";
    auto probe = ImportProbe::start(trial);
    ASSERT_TRUE(probe) << probe.error().message;

    std::optional<Result<std::string>> answer;
    for (int i = 0; i < 100 && !answer; ++i) {
        pollfd polled{probe->fd(), POLLIN, 0};
        ::poll(&polled, 1, 200);
        answer = probe->take_answer();
    }

    ASSERT_TRUE(answer);
    ASSERT_FALSE(*answer);
    EXPECT_TRUE(answer->error().message.starts_with("cannot open /dev/"))
        << answer->error().message;
}

}  // namespace
}  // namespace oriel::gpu
