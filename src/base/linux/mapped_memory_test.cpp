// SPDX-License-Identifier: MIT
#include "base/mapped_memory.h"

#include <cstdlib>
#include <string>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/linux/sealed_memory.h"

namespace oriel {
namespace {

constexpr std::size_t kPage = 4096;

UniqueFd sealed(std::uint64_t size) {
    return create_sealed_memory("oriel-test", size, PageSize::Normal).value();
}

/// A file that can be cut, unlike sealed memory.
UniqueFd cuttable(std::size_t size) {
    UniqueFd fd(::memfd_create("oriel-test", MFD_CLOEXEC));
    EXPECT_EQ(::ftruncate(fd.get(), static_cast<off_t>(size)), 0);
    return fd;
}

MappedMemory map(const UniqueFd& fd) {
    return MappedMemory::map(fd, Access::ReadWrite, "the test's memory").value();
}

/// Reads for certain, whatever the optimizer thinks of it.
int read_byte(std::span<std::byte> bytes, std::size_t offset) {
    return std::to_integer<int>(*static_cast<volatile std::byte*>(&bytes[offset]));
}

TEST(MappedMemory, IsZeroFilledAndSharedBetweenMappings) {
    const UniqueFd fd = sealed(2 * kPage);
    const MappedMemory ours = map(fd);
    const MappedMemory theirs = map(fd);
    ASSERT_EQ(ours.bytes().size(), 2 * kPage);
    EXPECT_EQ(read_byte(ours.bytes(), kPage), 0);

    theirs.bytes()[kPage] = std::byte{9};

    EXPECT_EQ(read_byte(ours.bytes(), kPage), 9);
    EXPECT_FALSE(ours.was_truncated());
}

TEST(MappedMemory, MovesWithoutUnmapping) {
    const UniqueFd fd = sealed(kPage);
    MappedMemory first = map(fd);
    MappedMemory second = map(fd);
    first.bytes()[0] = std::byte{5};

    second = std::move(first);
    MappedMemory& same = second;
    second = std::move(same);
    const MappedMemory third(std::move(second));

    EXPECT_EQ(read_byte(third.bytes(), 0), 5);
}

TEST(MappedMemory, RefusesAnEmptyFile) {
    const auto memory = MappedMemory::map(cuttable(0), Access::ReadWrite, "region.bin");

    ASSERT_FALSE(memory);
    EXPECT_EQ(memory.error().kind, ErrorKind::Protocol);
    EXPECT_EQ(memory.error().message, "cannot map region.bin: it is empty");
}

TEST(MappedMemory, NamesTheFileTheSystemRefuses) {
    std::string path = "/tmp/oriel-test-XXXXXX";
    const UniqueFd made(::mkostemp(path.data(), O_CLOEXEC));
    ASSERT_EQ(::ftruncate(made.get(), kPage), 0);
    const UniqueFd read_only(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(::unlink(path.c_str()), 0);

    const auto memory = MappedMemory::map(read_only, Access::ReadWrite, path);

    ASSERT_FALSE(memory);
    EXPECT_EQ(memory.error().message, "cannot map " + path + ": Permission denied");
}

TEST(MappedMemory, OutlivesAFileCutShort) {
    const UniqueFd fd = cuttable(4 * kPage);
    const MappedMemory memory = map(fd);
    const MappedMemory other = map(sealed(kPage));
    memory.bytes()[0] = std::byte{7};
    ASSERT_EQ(::ftruncate(fd.get(), kPage), 0);
    EXPECT_FALSE(memory.was_truncated());

    EXPECT_EQ(read_byte(memory.bytes(), 3 * kPage), 0);

    EXPECT_TRUE(memory.was_truncated());
    EXPECT_FALSE(other.was_truncated());
    EXPECT_EQ(read_byte(memory.bytes(), 0), 0) << "all of it is the stand-in, not a mixture";
}

TEST(MappedMemory, WritesIntoAFileCutShortGoNowhere) {
    const UniqueFd fd = cuttable(4 * kPage);
    const MappedMemory memory = map(fd);
    ASSERT_EQ(::ftruncate(fd.get(), 0), 0);

    memory.bytes()[kPage] = std::byte{1};

    EXPECT_TRUE(memory.was_truncated());
}

TEST(MappedMemory, ForgetsATruncationWithItsMapping) {
    const UniqueFd fd = cuttable(kPage);
    MappedMemory memory = map(fd);
    ASSERT_EQ(::ftruncate(fd.get(), 0), 0);
    EXPECT_EQ(read_byte(memory.bytes(), 0), 0);

    memory = MappedMemory();
    memory = map(sealed(kPage));

    EXPECT_FALSE(memory.was_truncated());
}

TEST(MappedMemoryDeathTest, LeavesOtherBusErrorsAlone) {
    const MappedMemory guarded = map(sealed(kPage));
    const UniqueFd fd = cuttable(kPage);
    void* const data = ::mmap(nullptr, kPage, PROT_READ, MAP_SHARED, fd.get(), 0);
    ASSERT_EQ(::ftruncate(fd.get(), 0), 0);

    EXPECT_DEATH(read_byte({static_cast<std::byte*>(data), kPage}, 0), "");
    EXPECT_DEATH(::raise(SIGBUS), "");
}

TEST(SealedMemory, CannotBeShrunkGrownOrUnsealed) {
    const UniqueFd fd = sealed(2 * kPage);

    EXPECT_EQ(::fcntl(fd.get(), F_GET_SEALS), F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
    EXPECT_NE(::ftruncate(fd.get(), kPage), 0);
    EXPECT_NE(::ftruncate(fd.get(), 4 * kPage), 0);
}

TEST(SealedMemory, IsForItsOwnerOnly) {
    struct stat info{};

    ASSERT_EQ(::fstat(sealed(kPage).get(), &info), 0);

    EXPECT_EQ(info.st_mode & 07777U, 0600U);
}

TEST(SealedMemory, SaysWhyHugePagesAreRefused) {
    // More than any machine that runs this test sets aside.
    const auto fd = create_sealed_memory("oriel-test", std::uint64_t{1} << 44U, PageSize::Huge);

    ASSERT_FALSE(fd);
    EXPECT_EQ(fd.error().kind, ErrorKind::System);
    EXPECT_NE(fd.error().message.find("cannot "), std::string::npos);
}

}  // namespace
}  // namespace oriel
