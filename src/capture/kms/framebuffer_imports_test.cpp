// SPDX-License-Identifier: MIT
#include "capture/kms/framebuffer_imports.h"

#include <cstring>

#include <drm_fourcc.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include "capture/kms/fake_importer.h"

namespace oriel::kms_capture {
namespace {

constexpr Nanoseconds kNow = std::chrono::seconds(100);

/// In a dma-buf's place: memory with a number of its own.
UniqueFd make_memory() {
    return UniqueFd(::memfd_create("framebuffer", MFD_CLOEXEC));
}

/// As the kernel hands it out: another descriptor each time.
UniqueFd another(const UniqueFd& memory) {
    return UniqueFd(::fcntl(memory.get(), F_DUPFD_CLOEXEC, 0));
}

class Imports : public testing::Test {
  protected:
    static FramebufferMemory framebuffer_in(const UniqueFd& memory, std::uint32_t offset = 0) {
        FramebufferMemory framebuffer{{8, 4}, {DRM_FORMAT_XRGB8888, I915_FORMAT_MOD_Y_TILED}, {}};
        framebuffer.planes.push_back({another(memory), offset, 128});
        return framebuffer;
    }

    std::shared_ptr<FakeGpu> gpu_ = std::make_shared<FakeGpu>();
    FramebufferImports imports_{FakeGpu::opener(gpu_)};
    UniqueFd memory_ = make_memory();
};

std::uint32_t first_pixel(const MappedPixels& pixels) {
    std::uint32_t pixel = 0;
    std::memcpy(&pixel, pixels.bytes.data(), sizeof(pixel));
    return pixel;
}

TEST_F(Imports, OpensNoGpuBeforeThereIsAFramebuffer) {
    EXPECT_EQ(gpu_->opened, 0U);

    ASSERT_TRUE(imports_.find(framebuffer_in(memory_)));

    EXPECT_EQ(gpu_->opened, 1U);
}

TEST_F(Imports, ImportsTheSameMemoryOnceAndReadsItEachTime) {
    gpu_->pixel = 1;
    const auto before = imports_.find(framebuffer_in(memory_));
    ASSERT_TRUE(before);
    EXPECT_EQ(first_pixel(**before), 1U);

    gpu_->pixel = 2;
    const auto after = imports_.find(framebuffer_in(memory_));

    ASSERT_TRUE(after);
    EXPECT_EQ(first_pixel(**after), 2U);
    EXPECT_EQ((*after)->size, (Size{8, 4}));
    EXPECT_EQ(gpu_->imported, 1U);
}

TEST_F(Imports, TellsOtherMemoryAndOtherPlacesInItApart) {
    ASSERT_TRUE(imports_.find(framebuffer_in(memory_)));
    ASSERT_TRUE(imports_.find(framebuffer_in(memory_, 4096)));
    ASSERT_TRUE(imports_.find(framebuffer_in(make_memory())));
    FramebufferMemory compressed = framebuffer_in(memory_);
    compressed.planes.push_back({another(memory_), 65536, 64});
    ASSERT_TRUE(imports_.find(std::move(compressed)));

    EXPECT_EQ(gpu_->imported, 4U);
}

TEST_F(Imports, GivesBackWhatNobodyAsksFor) {
    const UniqueFd other = make_memory();
    ASSERT_TRUE(imports_.find(framebuffer_in(memory_), kNow));
    ASSERT_TRUE(imports_.find(framebuffer_in(other), kNow + std::chrono::seconds(1)));
    EXPECT_EQ(gpu_->held, 3U);  // The importer is one of them.

    // Two looks at a screen at rest may be that far apart.
    imports_.drop_unused(kNow + std::chrono::milliseconds(2100));
    EXPECT_EQ(gpu_->held, 3U);
    imports_.drop_unused(kNow + std::chrono::milliseconds(3100));

    EXPECT_EQ(gpu_->held, 2U);
}

TEST_F(Imports, KeepsPixelsThatAreHeldAndGivesTheRestBack) {
    gpu_->pixel = 7;
    auto pixels = imports_.find(framebuffer_in(memory_));
    ASSERT_TRUE(pixels);

    imports_.clear();
    EXPECT_EQ(gpu_->held, 1U);
    EXPECT_EQ(first_pixel(**pixels), 7U);

    pixels->reset();
    EXPECT_EQ(gpu_->held, 0U);
}

TEST_F(Imports, AsksOnceWhereThereIsNoGpuUntilCleared) {
    gpu_->open_error = Error::unsupported("no GPU is there");
    for (int i = 0; i < 2; ++i) {
        const auto refused = imports_.find(framebuffer_in(memory_));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().message, "no GPU is there");
    }
    EXPECT_EQ(gpu_->opened, 1U);

    gpu_->open_error.reset();
    imports_.clear();

    EXPECT_TRUE(imports_.find(framebuffer_in(memory_)));
}

TEST_F(Imports, KeepsTheGpuWhereItRefusesOneFramebuffer) {
    ASSERT_TRUE(imports_.find(framebuffer_in(memory_)));
    gpu_->import_error = Error::unsupported("it refuses");
    EXPECT_FALSE(imports_.find(framebuffer_in(make_memory())));

    EXPECT_TRUE(imports_.find(framebuffer_in(memory_)));
    EXPECT_EQ(gpu_->opened, 1U);
}

TEST_F(Imports, BeginsAnewWithAGpuThatFailed) {
    const auto held = imports_.find(framebuffer_in(memory_));
    ASSERT_TRUE(held);
    gpu_->read_error = Error{ErrorKind::System, 0, "it was reset"};
    EXPECT_FALSE(imports_.find(framebuffer_in(memory_)));
    EXPECT_TRUE((*held)->bytes.empty());  // Not what is gone.

    gpu_->read_error.reset();

    EXPECT_TRUE(imports_.find(framebuffer_in(memory_)));
    EXPECT_EQ(gpu_->opened, 2U);
}

}  // namespace
}  // namespace oriel::kms_capture
