// SPDX-License-Identifier: MIT
#include "capture/best_source.h"

#include <gtest/gtest.h>

#include "capture/pattern/pattern_source.h"

namespace oriel {
namespace {

constexpr ClimbPace kAtOnce{Nanoseconds(1), Nanoseconds(1)};
constexpr ClimbPace kNever{std::chrono::hours(1), std::chrono::hours(1)};

/// What the test decides of one way, and what became of it.
struct Fate {
    bool works = true;
    bool ends = false;  ///< At the next dispatch().
    int opened = 0;
    int alive = 0;
    Source::Activity activity = Source::Activity::Suspended;
};

/// A still pattern that ends when its fate says so.
class FatedSource final : public Source {
  public:
    FatedSource(std::string name, Fate& fate)
        : name_(std::move(name)), fate_(&fate), picture_(make_pattern_source(kOptions)) {
        ++fate_->alive;
    }

    ~FatedSource() override { --fate_->alive; }

    std::string description() const override { return name_; }

    Result<void> bind_region(const OwnedHandle& file, const MappedMemory& memory) override {
        return picture_->bind_region(file, memory);
    }

    NativeHandle wake_handle() const override { return kNoHandle; }

    Result<void> dispatch() override {
        if (fate_->ends) {
            return Failure(Error::not_found("its screen is gone"));
        }
        return picture_->dispatch();
    }

    Result<void> set_activity(Activity activity) override {
        fate_->activity = activity;
        return picture_->set_activity(activity);
    }

    FrameGeometry geometry() const override { return picture_->geometry(); }

    std::uint32_t refresh_mhz() const override { return picture_->refresh_mhz(); }

    bool has_change() const override { return picture_->has_change(); }

    Result<Captured> capture(const CaptureTarget& target) override {
        return picture_->capture(target);
    }

    void return_damage(const Damage& damage) override { picture_->return_damage(damage); }

  private:
    static constexpr PatternOptions kOptions{{64, 32}, 0, PatternChange::Still, {8, 8}};

    std::string name_;
    Fate* fate_;
    std::unique_ptr<Source> picture_;
};

class BestSource : public testing::Test {
  protected:
    CaptureWay way(const std::string& name, Fate& fate) {
        return {name, [name, &fate]() -> Result<std::unique_ptr<Source>> {
                    ++fate.opened;
                    if (!fate.works) {
                        return Failure(Error::unsupported(name + " is refused"));
                    }
                    return std::make_unique<FatedSource>(name, fate);
                }};
    }

    Result<std::unique_ptr<Source>> open(ClimbPace pace) {
        return open_best_source({way("fast", fast_), way("sure", sure_)}, pace);
    }

    Fate fast_;
    Fate sure_;
};

TEST_F(BestSource, TakesTheFirstThatWorksAndLeavesTheOthersAlone) {
    const auto source = open(kAtOnce);

    ASSERT_TRUE(source);
    EXPECT_EQ((*source)->description(), "fast");
    EXPECT_EQ(sure_.opened, 0);
}

TEST_F(BestSource, SaysWhyNotEachWhereNoneWorks) {
    fast_.works = false;
    sure_.works = false;

    const auto source = open(kAtOnce);

    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().message,
              "no screen to capture: not by fast (fast is refused), sure (sure is refused)");
}

TEST_F(BestSource, FallsDownWhereOneEndsToASourceThatIsAsNew) {
    auto source = open(kNever).value();
    ASSERT_TRUE(source->set_activity(Source::Activity::Running));
    fast_.ends = true;
    fast_.works = false;

    ASSERT_TRUE(source->dispatch());

    EXPECT_EQ(source->description(), "sure");
    EXPECT_EQ(sure_.activity, Source::Activity::Suspended);
    EXPECT_EQ(fast_.alive, 0);
    EXPECT_FALSE(source->has_change());
    ASSERT_TRUE(source->set_activity(Source::Activity::Running));
    EXPECT_TRUE(source->has_change());
}

TEST_F(BestSource, ComesBackByTheSameWayWhereThatWorks) {
    auto source = open(kNever).value();
    fast_.ends = true;

    ASSERT_TRUE(source->dispatch());

    EXPECT_EQ(source->description(), "fast");
    EXPECT_EQ(fast_.alive, 1);
}

TEST_F(BestSource, EndsWhereNothingIsLeft) {
    auto source = open(kNever).value();
    fast_.ends = true;
    fast_.works = false;
    sure_.works = false;

    EXPECT_FALSE(source->dispatch());
}

TEST_F(BestSource, ClimbsUpAgainOnceWhatIsBetterWorks) {
    fast_.works = false;
    auto source = open(kAtOnce).value();
    ASSERT_TRUE(source->set_activity(Source::Activity::Running));
    ASSERT_TRUE(source->dispatch());
    ASSERT_TRUE(source->dispatch());
    EXPECT_EQ(source->description(), "sure");
    EXPECT_GE(fast_.opened, 2);

    fast_.works = true;
    ASSERT_TRUE(source->dispatch());

    EXPECT_EQ(source->description(), "fast");
    EXPECT_EQ(fast_.activity, Source::Activity::Suspended);
    EXPECT_EQ(sure_.alive, 0);
    EXPECT_EQ(sure_.opened, 1);
}

TEST_F(BestSource, TriesNothingWhileNobodyLooks) {
    fast_.works = false;
    auto source = open(kAtOnce).value();

    ASSERT_TRUE(source->dispatch());
    ASSERT_TRUE(source->dispatch());

    EXPECT_EQ(fast_.opened, 1);
}

TEST_F(BestSource, WaitsBetweenTries) {
    fast_.works = false;
    auto source = open(kNever).value();
    ASSERT_TRUE(source->set_activity(Source::Activity::Running));

    ASSERT_TRUE(source->dispatch());
    ASSERT_TRUE(source->dispatch());

    EXPECT_EQ(fast_.opened, 1);
}

}  // namespace
}  // namespace oriel
