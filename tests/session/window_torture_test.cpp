// SPDX-License-Identifier: MIT
// A window that is resized, filled, hidden, covered and scaled at random while frames of changing
// size and damage run from a region through the pump: at each checkpoint it shows the guest's
// picture to the last pixel, and nothing has piled up.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <poll.h>

#include "present/presenter_rig.h"
#include "relay/publisher.h"
#include "relay/relay_subscriber.h"
#include "session/window_stage.h"
#include "viewer/frame_pump.h"

namespace oriel::testing_support {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Size kSize = {320, 240};
constexpr Size kPictures[] = {kSize, {160, 90}, {640, 480}, {200, 300}, {601, 43}};
constexpr int kStepsBetweenChecks = 50;

#ifdef __SANITIZE_ADDRESS__
constexpr bool kMemoryIsCounted = false;  // What is freed is kept, to find who uses it.
#else
constexpr bool kMemoryIsCounted = true;
#endif

std::ptrdiff_t open_descriptors() {
    using Walk = std::filesystem::directory_iterator;
    return std::distance(Walk("/proc/self/fd"), Walk());
}

/// Memory that is this process's own.
std::uint64_t own_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "RssAnon:") {
            std::uint64_t kib = 0;
            status >> kib;
            return kib;
        }
    }
    return 0;
}

FrameGeometry geometry_of(Size size) {
    return {size, aligned_stride(size.width, PixelFormat::Bgra8), PixelFormat::Bgra8, 0};
}

unsigned seed() {
    const char* const said = std::getenv("ORIEL_TORTURE_SEED");  // NOLINT(concurrency-mt-unsafe)
    return said == nullptr ? 20 : static_cast<unsigned>(std::strtoul(said, nullptr, 10));
}

class WindowTorture : public testing::TestWithParam<std::string>, public PresenterListener {
  public:
    void on_released(std::uint64_t token) override {
        ++released_;
        last_token_ = std::max(last_token_, token);
        pump_.on_released(token);
    }

    void on_shown(std::uint64_t token, Nanoseconds when) override {
        last_token_ = std::max(last_token_, token);
        if (const auto frame = pump_.on_shown(token, when)) {
            shown_ = frame->sequence;
        }
    }

    void on_exposed() override { pump_.show_again(); }

    void on_visibility(bool /*is_visible*/) override {}

    void on_resized(const WindowArea& /*area*/) override {}

    void on_focus(bool /*has_focus*/) override {}

    void on_input(const InputEvent& /*event*/) override {}

    void on_grab_lost(const std::string& /*why*/) override {}

    void on_grab_limited(const std::string& /*why*/) override {}

    void on_close_wanted() override { FAIL() << "nobody closed it"; }

  protected:
    void SetUp() override {
        ASSERT_TRUE(presenter_.bind_region(region_.fd(), region_.memory()));
        std::printf("seed %u\n", seed());
    }

    std::uint32_t any(std::uint32_t below) {
        return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random_);
    }

    bool is_heads() { return any(2) == 0; }

    Publisher start_publisher() {
        OutputDescription output{.needs = {slot_bytes_for(geometry_of({640, 480})), 4},
                                 .id = 1,
                                 .name = "OUT-1",
                                 .refresh_mhz = 60'000};
        PublisherDescription description{.agent = "torture 1",
                                         .host_name = "guest",
                                         .source = "test",
                                         .process = 1,
                                         .outputs = {output}};
        return Publisher::start(region_.memory().bytes(), description, 1, 2, monotonic_now())
            .value();
    }

    /// The guest's screen has another size.
    void change_mode(Size size) {
        size_ = size;
        picture_.assign(size.area(), 0);
        publish(Rect::of(size));
    }

    /// The guest draws in `part`.
    void publish(const Rect& part) {
        const std::uint32_t colours = any(0x1000000);
        for (std::uint32_t y = part.y; y < part.bottom(); ++y) {
            for (std::uint32_t x = part.x; x < part.right(); ++x) {
                picture_[std::size_t{y} * size_.width + x] = test::test_colour(x, y) ^ colours;
            }
        }
        const FrameGeometry geometry = geometry_of(size_);
        publisher_.survey(monotonic_now());
        const auto lease = publisher_.begin_frame(0, geometry, monotonic_now());
        ASSERT_TRUE(lease);
        for (std::uint32_t y = 0; y < size_.height; ++y) {
            std::memcpy(&lease->pixels[std::size_t{y} * geometry.stride],
                        &picture_[std::size_t{y} * size_.width],
                        std::size_t{size_.width} * 4);
        }
        newest_ = publisher_.finish_frame({.damage = Damage(part)}, monotonic_now());
    }

    Rect any_part() {
        const std::uint32_t x = any(size_.width);
        const std::uint32_t y = any(size_.height);
        return {x, y, 1 + any(size_.width - x), 1 + any(size_.height - y)};
    }

    void round(milliseconds limit) {
        presenter_.flush();
        pollfd polled{presenter_.fd(), POLLIN, 0};
        static_cast<void>(::poll(&polled, 1, static_cast<int>(limit.count())));
        ASSERT_TRUE(presenter_.dispatch(*this));
        subscriber_.refresh(monotonic_now());
        ASSERT_TRUE(pump_.pump(monotonic_now()));
    }

    void rounds(int count) {
        for (int i = 0; i < count; ++i) {
            round(milliseconds(10));
        }
    }

    void show_layer(Layer layer, const LayerImage& image) {
        ASSERT_TRUE(presenter_.show_layer(layer, image));
        if (layer == Layer::Message && image.size.is_empty()) {
            pump_.show_again();
        }
    }

    void step() {
        switch (any(8)) {
        case 0:
        case 1:
            return stage_->resize({64 + any(500), 64 + any(380)});
        case 2:
            stage_->hide();
            rounds(2);
            return stage_->unhide();
        case 3:
            return presenter_.set_window_mode(is_heads() ? Presenter::WindowMode::Normal
                                                         : Presenter::WindowMode::FullScreen);
        case 4:
            return change_mode(kPictures[any(std::size(kPictures))]);
        case 5:
            return show_layer(Layer::Overlay,
                              test::colourful_layer(is_heads() ? Size{} : Size{90, 300}));
        case 6:
            show_layer(Layer::Message, test::colourful_layer({100, 40}));
            rounds(2);
            return show_layer(Layer::Message, {});
        default:
            presenter_.set_scaling(static_cast<Scaling>(any(3)));
            return presenter_.set_vsync(static_cast<Presenter::Vsync>(any(4)));
        }
    }

    bool shows_picture() {
        const Nanoseconds give_up = monotonic_now() + seconds(20);
        while (monotonic_now() < give_up) {
            rounds(5);
            if (shown_ == newest_ && stage_->look(kSize) == picture_) {
                return true;
            }
        }
        return false;
    }

    /// Back to a window of the picture's size, whatever was before.
    void check() {
        show_layer(Layer::Overlay, {});
        presenter_.set_window_mode(Presenter::WindowMode::Normal);
        presenter_.set_scaling(Scaling::Fit);
        presenter_.set_vsync(Presenter::Vsync::Auto);
        rounds(5);
        stage_->resize(kSize);
        change_mode(kSize);
        ASSERT_TRUE(shows_picture());
        EXPECT_LE(last_token_ - released_, 3U) << "slots that never came back";
    }

    void torture(int steps) {
        SCOPED_TRACE("seed " + std::to_string(seed()));
        change_mode(kSize);
        std::ptrdiff_t descriptors = 0;
        std::uint64_t memory = 0;
        for (int i = 1; i <= steps; ++i) {
            SCOPED_TRACE("step " + std::to_string(i));
            step();
            publish(any_part());
            rounds(2);
            publish(any_part());
            rounds(2);
            if (i % kStepsBetweenChecks == 0) {
                check();
                if (HasFatalFailure()) {
                    return;
                }
                if (i == kStepsBetweenChecks) {
                    descriptors = open_descriptors();
                    memory = own_kib();
                }
                EXPECT_LE(open_descriptors(), descriptors + 1);
            }
        }
        if (kMemoryIsCounted) {
            EXPECT_LE(own_kib(), memory + 8192);
        }
    }

    std::unique_ptr<WindowStage> stage_ = make_window_stage(GetParam(), {640, 480});
    Presenter& presenter_ = stage_->presenter();
    test::TestRegion region_{1U << 25U};
    Publisher publisher_ = start_publisher();
    RelaySubscriber subscriber_{region_.memory().bytes(), {.viewer = 0}};
    FramePump pump_{subscriber_, presenter_};
    std::mt19937 random_{seed()};
    Size size_;
    std::vector<std::uint32_t> picture_;  ///< What the guest's screen shows, 0xRRGGBB.
    std::uint64_t newest_ = 0;
    std::uint64_t shown_ = 0;
    std::uint64_t last_token_ = 0;
    std::uint64_t released_ = 0;
};

TEST_P(WindowTorture, EndsWithARightPictureAndNothingElse) {
    torture(100);
}

TEST_P(WindowTorture, OfFiveHundredStepsEndsTheSame) {
    torture(500);
}

INSTANTIATE_TEST_SUITE_P(Displays, WindowTorture, testing::Values("x11", "sway"));

}  // namespace
}  // namespace oriel::testing_support
