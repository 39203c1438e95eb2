// SPDX-License-Identifier: MIT
#include "gpu/udmabuf.h"

#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/linux/sealed_memory.h"
#include "base/mapped_memory.h"

namespace oriel::gpu {
namespace {

constexpr std::uint64_t kPage = 4096;

UniqueFd make_memory(unsigned seals) {
    UniqueFd memory(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    EXPECT_EQ(::ftruncate(memory.get(), 16 * kPage), 0);
    EXPECT_EQ(::fcntl(memory.get(), F_ADD_SEALS, seals), 0);
    return memory;
}

TEST(MemoryPart, HasWholePages) {
    EXPECT_EQ((MemoryPart{5000, 10}.in_pages()), (MemoryPart{4096, 4096}));
    EXPECT_EQ((MemoryPart{4000, 200}.in_pages()), (MemoryPart{0, 8192}));
    EXPECT_EQ((MemoryPart{8192, 4096}.in_pages()), (MemoryPart{8192, 4096}));
}

TEST(Udmabuf, SaysThatTheKernelHasNone) {
    const auto refused = Udmabuf::open("/nowhere/udmabuf");

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
    EXPECT_EQ(refused.error().message,
              "cannot open /nowhere/udmabuf: No such file or directory; this kernel has no udmabuf "
              "(CONFIG_UDMABUF)");
}

TEST(Udmabuf, TakesSealedMemory) {
    const auto sealed = create_sealed_memory("test", 16 * kPage, PageSize::Normal);
    ASSERT_TRUE(sealed) << sealed.error().message;

    EXPECT_TRUE(Udmabuf::check_memory(*sealed));
}

TEST(Udmabuf, RefusesMemoryThatCouldShrink) {
    const auto refused = Udmabuf::check_memory(make_memory(F_SEAL_GROW));

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "the region's memory file is not sealed against shrinking");
}

TEST(Udmabuf, RefusesMemoryThatMayNotBeWritten) {
    const auto refused = Udmabuf::check_memory(make_memory(F_SEAL_SHRINK | F_SEAL_FUTURE_WRITE));

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "the region's memory file is sealed against writing");
}

TEST(Udmabuf, RefusesWhatIsNoMemoryFile) {
    const UniqueFd device(::open("/dev/zero", O_RDWR | O_CLOEXEC));

    const auto refused = Udmabuf::check_memory(device);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "the region is no memory file (memfd)");
}

/// Any file opens; the kernel then does not know the request.
TEST(Udmabuf, RefusesPartsOfPagesAndSaysWhatTheKernelDid) {
    const auto memory = create_sealed_memory("test", 16 * kPage, PageSize::Normal);
    ASSERT_TRUE(memory) << memory.error().message;
    const auto other = Udmabuf::open("/dev/zero");
    ASSERT_TRUE(other) << other.error().message;

    const auto unaligned = other->wrap(*memory, {100, kPage});
    const auto refused = other->wrap(*memory, {0, kPage});

    ASSERT_FALSE(unaligned);
    EXPECT_EQ(unaligned.error().kind, ErrorKind::Usage);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
    EXPECT_TRUE(refused.error().message.starts_with("cannot make a dma-buf of memory"))
        << refused.error().message;
}

/// Where the kernel has the driver: what is written into the memory is in the dma-buf.
TEST(Udmabuf, MakesADmaBufOfTheVeryMemory) {
    const auto udmabuf = Udmabuf::open();
    if (!udmabuf) {
        GTEST_SKIP() << udmabuf.error().message << ": nothing was tested";
    }
    const auto memory = create_sealed_memory("test", 16 * kPage, PageSize::Normal);
    ASSERT_TRUE(memory) << memory.error().message;
    const auto mapped = MappedMemory::map(*memory, Access::ReadWrite, "memory");
    ASSERT_TRUE(mapped) << mapped.error().message;

    const auto dma_buf = udmabuf->wrap(*memory, {4 * kPage, 2 * kPage});
    ASSERT_TRUE(dma_buf) << dma_buf.error().message;
    const auto seen = MappedMemory::map(*dma_buf, Access::ReadOnly, {0, 2 * kPage}, "dma-buf");
    ASSERT_TRUE(seen) << seen.error().message;
    mapped->bytes()[5 * kPage] = std::byte{42};

    EXPECT_EQ(seen->bytes()[kPage], std::byte{42});
}

}  // namespace
}  // namespace oriel::gpu
