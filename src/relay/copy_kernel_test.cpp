// SPDX-License-Identifier: MIT
#include "relay/copy_kernel.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "relay/test_random.h"

namespace oriel {
namespace {

constexpr std::byte kUntouched{0xEE};
constexpr std::size_t kMargin = 128;

std::vector<std::byte> random_bytes(std::size_t size) {
    TestRandom random(7);
    std::vector<std::byte> bytes(size);
    std::ranges::generate(bytes, [&random] { return static_cast<std::byte>(random.below(0xEE)); });
    return bytes;
}

bool is_untouched(std::span<const std::byte> bytes) {
    return std::ranges::all_of(bytes, [](std::byte byte) { return byte == kUntouched; });
}

class Kernels : public testing::TestWithParam<CopyKernel> {
  protected:
    /// Copies `size` bytes between those places; what was written and nothing else must differ.
    void expect_exact(std::size_t to, std::size_t from, std::size_t size) {
        std::ranges::fill(target_, kUntouched);
        GetParam().copy(target_.data() + to, source_.data() + from, size);
        const std::span target(target_);
        ASSERT_TRUE(is_untouched(target.first(to))) << to << " " << from << " " << size;
        ASSERT_EQ(std::memcmp(target_.data() + to, source_.data() + from, size), 0)
            << to << " " << from << " " << size;
        ASSERT_TRUE(is_untouched(target.subspan(to + size))) << to << " " << from << " " << size;
    }

    std::vector<std::byte> source_ = random_bytes(4096);
    std::vector<std::byte> target_ = std::vector<std::byte>(4096);
};

TEST_P(Kernels, CopyEverySizeExactlyAndNoByteMore) {
    for (std::size_t size = 0; size <= 300; ++size) {
        for (const std::size_t offset : {0U, 1U, 3U, 8U, 15U, 31U, 63U}) {
            expect_exact(kMargin + offset, kMargin + 64 - offset, size);
        }
    }
}

TEST_P(Kernels, CopyAtEveryAlignment) {
    for (std::size_t to = 0; to < 64; ++to) {
        for (std::size_t from = 0; from < 64; from += 5) {
            expect_exact(kMargin + to, from, 777);
        }
    }
}

/// Exactly as long as what is copied, so that AddressSanitizer sees a byte read too far.
TEST_P(Kernels, ReadNoByteBeyondTheEnd) {
    for (std::size_t size = 1; size <= 300; ++size) {
        const std::vector<std::byte> source(size, std::byte{1});
        std::vector<std::byte> target(size);
        GetParam().copy(target.data(), source.data(), size);
        ASSERT_EQ(source, target);
    }
}

INSTANTIATE_TEST_SUITE_P(Available,
                         Kernels,
                         testing::ValuesIn(available_copy_kernels().begin(),
                                           available_copy_kernels().end()),
                         [](const auto& test) {
                             std::string name = test.param.name;
                             std::erase(name, '-');
                             return name;
                         });

TEST(CopyRows, LeavesTheGapsBetweenRowsAlone) {
    const auto source = random_bytes(1000);
    std::vector<std::byte> target(1000, kUntouched);

    copy_rows(target.data() + 5, source.data() + 3, {40, 9, 100, 90});

    for (std::size_t row = 0; row < 9; ++row) {
        EXPECT_EQ(std::memcmp(target.data() + 5 + row * 100, source.data() + 3 + row * 90, 40), 0);
        EXPECT_TRUE(is_untouched(std::span(target).subspan(45 + row * 100, 60)));
    }
}

TEST(CopyRows, CopiesALargePictureWhicheverKernelItTakes) {
    const auto source = random_bytes(8U << 20U);
    std::vector<std::byte> target(source.size());

    copy_rows(target.data(), source.data(), {8192, 1024, 8192, 8192});

    EXPECT_EQ(source, target);
}

TEST(CopyChoice, NamesAvailableKernels) {
    const CopyChoice& choice = copy_choice();

    EXPECT_FALSE(choice.cached->streaming);
    EXPECT_GT(choice.crossover, 0U);
    EXPECT_EQ(&choice, &copy_choice());
}

}  // namespace
}  // namespace oriel
