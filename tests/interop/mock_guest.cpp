// SPDX-License-Identifier: MIT
#include "interop/mock_guest.h"

#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

namespace oriel::testing_support {
namespace {

constexpr Nanoseconds kBeat = std::chrono::milliseconds(10);
constexpr Nanoseconds kStep = std::chrono::milliseconds(1);

}  // namespace

MockGuest::MockGuest(std::uint64_t size_mib) {
    std::string name = std::filesystem::temp_directory_path() / "oriel-looking-glass-XXXXXX";
    const UniqueFd file(::mkostemp(name.data(), O_CLOEXEC));
    EXPECT_TRUE(file);
    path_ = name;
    EXPECT_EQ(::ftruncate(file.get(), static_cast<off_t>(size_mib << 20U)), 0);
    auto memory = MappedMemory::map(file, Access::ReadWrite, path_);
    EXPECT_TRUE(memory);
    memory_ = std::move(*memory);
    host_.emplace(memory_.bytes());
}

MockGuest::~MockGuest() {
    ::unlink(path_.c_str());
}

void MockGuest::start(const looking_glass::mock::HostDescription& description) {
    host_->start(++session_, description);
}

void MockGuest::beat() {
    const Nanoseconds now = monotonic_now();
    if (now - last_beat_ >= kBeat) {
        last_beat_ = now;
        host_->beat(static_cast<std::uint64_t>(now / std::chrono::milliseconds(1)));
        // Until it could be: the queue may be full.
        owes_frame_ |= host_->has_new_subscribers(looking_glass::mock::MockHost::kFrameQueue);
        owes_frame_ = owes_frame_ && host_->serial() != 0 && !host_->repost_frame();
    }
}

bool MockGuest::run_until(const std::function<bool()>& is_so, Nanoseconds patience) {
    const Nanoseconds deadline = monotonic_now() + patience;
    while (!is_so()) {
        if (monotonic_now() > deadline) {
            return false;
        }
        beat();
        std::this_thread::sleep_for(kStep);
    }
    return true;
}

void MockGuest::run_for(Nanoseconds time) {
    static_cast<void>(run_until([] { return false; }, time));
}

bool MockGuest::show(looking_glass::mock::Picture& picture) {
    if (!run_until([this] { return host_->can_post_frame(); })) {
        return false;
    }
    const auto frame = picture.next_frame();
    const std::uint32_t rows = frame.header.data_height;
    if (!host_->post_frame(frame)) {
        return false;
    }
    for (std::uint32_t part = 1; part < 4; ++part) {
        host_->write_rows(rows * part / 4);
    }
    host_->finish_frame();
    return true;
}

}  // namespace oriel::testing_support
