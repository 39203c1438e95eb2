// SPDX-License-Identifier: MIT
#include <array>
#include <cstring>

#include "host/bench/bench_list.h"
#include "host/bench/bench_region.h"
#include "host/demo/statistics.h"
#include "relay/copy_kernel.h"

// Every pixel of a 4K picture written into a slot and copied out of it, in one thread, beside two
// plain memcpys of the same bytes through as many buffers of the same kind of memory.

namespace oriel {
namespace {

constexpr int kRounds = 120;
constexpr int kWarmUp = 8;
constexpr int kRoundsPerSurvey = 20;

class Relay4k {
  public:
    static Result<Relay4k> create();

    /// Both ways once, in turn; which goes first alternates. Errors: the pixels did not arrive.
    Result<void> run_round(int round);

    const std::vector<double>& relayed_ms() const { return relayed_ms_; }

    const std::vector<double>& plain_ms() const { return plain_ms_; }

  private:
    Relay4k(BenchRegion region, BenchRegion plain, Publisher publisher)
        : region_(std::move(region)),
          plain_(std::move(plain)),
          publisher_(std::move(publisher)),
          subscriber_(region_.bytes(), {.viewer = 0, .clock_domain = clock_domain()}) {}

    bool relay(std::span<const std::byte> from);
    void copy_plainly(std::span<const std::byte> from);
    Result<void> time_relay(std::span<const std::byte> from, std::uint64_t checksum);
    Result<void> time_plain(std::span<const std::byte> from, std::uint64_t checksum);
    void keep_alive(int round);

    static constexpr std::size_t kSources = 2;

    FrameGeometry geometry_ = bench_geometry(kBench4k);
    BenchRegion region_;
    BenchRegion plain_;
    Publisher publisher_;
    RelaySubscriber subscriber_;
    std::array<std::vector<std::byte>, kSources> sources_;
    std::array<std::uint64_t, kSources> checksums_{};
    std::vector<std::byte> target_;
    std::uint64_t taken_ = 0;
    std::size_t next_plain_ = 0;
    std::vector<double> relayed_ms_;
    std::vector<double> plain_ms_;
};

Result<Relay4k> Relay4k::create() {
    const FrameGeometry geometry = bench_geometry(kBench4k);
    ORIEL_TRY_ASSIGN(BenchRegion region, BenchRegion::create(geometry));
    ORIEL_TRY_ASSIGN(BenchRegion plain, BenchRegion::create(geometry));
    ORIEL_TRY_ASSIGN(Publisher publisher, start_bench_publisher(region.bytes(), geometry));
    Relay4k bench(std::move(region), std::move(plain), std::move(publisher));
    for (std::size_t i = 0; i < kSources; ++i) {
        bench.sources_[i] = bench_pixels(geometry, i + 1);
        bench.checksums_[i] = checksum_of(bench.sources_[i]);
    }
    bench.target_.resize(geometry.bytes());
    return bench;
}

/// What agent and viewer do for one frame, without waiting for each other.
bool Relay4k::relay(std::span<const std::byte> from) {
    const auto lease = publisher_.begin_frame(0, geometry_, monotonic_now());
    if (!lease) {
        return false;
    }
    copy_rows(lease->pixels.data(),
              from.data(),
              {geometry_.row_bytes(), geometry_.size.height, geometry_.stride, geometry_.stride});
    publisher_.finish_frame({.damage = Damage::whole(geometry_.size)}, monotonic_now());

    subscriber_.refresh(monotonic_now());
    const auto held = subscriber_.take(0, FrameReader::Wanted::Finished, taken_);
    if (!held || !copy_frame(subscriber_, *held, target_)) {
        return false;
    }
    taken_ = held->found.info.sequence;
    subscriber_.release(*held);
    return true;
}

void Relay4k::copy_plainly(std::span<const std::byte> from) {
    std::byte* buffer = plain_.bytes().data() + next_plain_ * from.size();
    next_plain_ = (next_plain_ + 1) % BenchRegion::kSlots;
    std::memcpy(buffer, from.data(), from.size());
    std::memcpy(target_.data(), buffer, from.size());
}

Result<void> Relay4k::time_relay(std::span<const std::byte> from, std::uint64_t checksum) {
    const Nanoseconds start = monotonic_now();
    const bool arrived = relay(from);
    relayed_ms_.push_back(in_milliseconds(monotonic_now() - start));
    if (!arrived || checksum_of(target_) != checksum) {
        return Failure(Error::protocol("a frame did not arrive as it was sent"));
    }
    return {};
}

Result<void> Relay4k::time_plain(std::span<const std::byte> from, std::uint64_t checksum) {
    const Nanoseconds start = monotonic_now();
    copy_plainly(from);
    plain_ms_.push_back(in_milliseconds(monotonic_now() - start));
    if (checksum_of(target_) != checksum) {
        return Failure(Error::protocol("memcpy did not copy"));
    }
    return {};
}

void Relay4k::keep_alive(int round) {
    if (round % kRoundsPerSurvey == 0) {
        const Nanoseconds now = monotonic_now();
        subscriber_.tick(now);
        publisher_.survey(now);
        publisher_.tick(now);
    }
    if (round == kWarmUp) {
        relayed_ms_.clear();
        plain_ms_.clear();
    }
}

Result<void> Relay4k::run_round(int round) {
    keep_alive(round);
    const auto which = static_cast<std::size_t>(round) % kSources;
    const auto first = round % 4 < 2 ? &Relay4k::time_relay : &Relay4k::time_plain;
    const auto second = round % 4 < 2 ? &Relay4k::time_plain : &Relay4k::time_relay;
    ORIEL_TRY((this->*first)(sources_[which], checksums_[which]));
    return (this->*second)(sources_[which], checksums_[which]);
}

}  // namespace

Result<BenchFigures> bench_relay_4k() {
    constexpr double kMillisecondsInASecond = 1000;
    ORIEL_TRY_ASSIGN(auto bench, Relay4k::create());
    for (int round = 0; round < kWarmUp + kRounds; ++round) {
        ORIEL_TRY(bench.run_round(round));
    }
    return BenchFigures{
        {.bench = "relay-4k",
         .what = "4K frames relayed",
         .measured = kMillisecondsInASecond / median_of(bench.relayed_ms()),
         .unit = "1/s",
         .limit = BenchFigure::Limit{kMillisecondsInASecond / median_of(bench.plain_ms()),
                                     "two plain memcpys"},
         .budget = BenchFigure::Budget{
             BenchFigure::Budget::Side::AtLeast, BenchFigure::Budget::Of::Ratio, 0.90}}};
}

}  // namespace oriel
