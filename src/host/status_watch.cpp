// SPDX-License-Identifier: MIT
#include "host/status_watch.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "abi/broker.h"
#include "relay/broker_page.h"
#include "relay/shared_bytes.h"
#include "viewer/open_subscriber.h"
#include "viewer/status_text.h"

namespace oriel {
namespace {

/// A few of Looking Glass's.
constexpr Nanoseconds kHeartbeats = std::chrono::milliseconds(50);

/// Of any protocol.
constexpr std::uint32_t kMostViewers = 32;

void add_broker(SharedBytes bytes, const Region& region, RegionReport& report) {
    const auto page = bytes.copy<abi::BrokerPage>(bytes.size() - abi::kBrokerFromEnd);
    if (!page || page->mark != abi::kBrokerMark) {
        return;
    }
    report.broker = region.link() == Region::Link::Served ? RegionReport::Broker::Present
                                                          : RegionReport::Broker::Gone;
    report.is_vm_connected = page->vm_connected != 0;
    report.is_publisher_connected = page->publisher_connected != 0;
}

/// A publisher of this machine that should tick and does not. Of a guest's clock we know nothing.
bool is_overdue(const SessionStatus& status, Nanoseconds now) {
    return status.attached != 0 && status.protocol == RegionProtocol::Oriel &&
           status.clock_domain == clock_domain() && now - status.last_tick > kPublisherSilence;
}

/// The broker knows who is connected; without one the publisher knows who looks.
std::uint32_t viewers_of(SharedBytes bytes, const SessionStatus& status) {
    const BrokerNews news = read_broker_page(bytes);
    return news.presence == BrokerNews::Presence::NoBroker ? status.attached : news.viewers;
}

OutputReport report_output(const OutputPlaces& places, const FrameFeed& reader) {
    OutputReport report{.id = places.id,
                        .name = places.name,
                        .slots = places.slots.size(),
                        .newest = 0,
                        .geometry = {},
                        .refresh_mhz = places.refresh_mhz};
    if (const auto found = reader.newest(FrameFeed::Wanted::Finished)) {
        report.newest = found->info.sequence;
        report.geometry = found->info.geometry;
    }
    return report;
}

}  // namespace

Result<StatusWatch> StatusWatch::open(const Target& target) {
    ORIEL_TRY_ASSIGN(auto region, Region::open(target, Role::Watch));
    return StatusWatch(std::move(region));
}

StatusWatch::StatusWatch(std::unique_ptr<Region> region)
    : region_(std::move(region)),
      subscriber_(open_subscriber(*region_, SubscriberOptions::Doorbell::None)) {}

void StatusWatch::begin(Nanoseconds now) {
    subscriber_->refresh(now);
    count_from(now);
}

void StatusWatch::count_from(Nanoseconds now) {
    is_counting_ = subscriber_->status().state == SessionStatus::State::Live;
    frames_before_ = subscriber_->status().frames;
    began_ = now;
}

RegionReport StatusWatch::report(Nanoseconds now) {
    if (subscriber_->refresh(now).session || !is_counting_) {
        // Another publisher, or one that was not seen at work: its frames are not counted from
        // the old one's, nor from none.
        count_from(now);
    }
    const SessionStatus& status = subscriber_->status();
    RegionReport report;
    report.name = region_->description();
    report.size = region_->memory().bytes().size();
    report.session = status;
    const SharedBytes bytes(region_->memory().bytes());
    report.how_to_enlarge = cure_of(status, *region_);
    const bool is_ours = status.protocol == RegionProtocol::Oriel;
    if (is_ours) {
        add_broker(bytes, *region_, report);
    }
    const std::uint32_t viewers = is_ours ? viewers_of(bytes, status) : status.attached;
    for (std::uint32_t viewer = 0; viewer < kMostViewers; ++viewer) {
        if ((viewers >> viewer & 1U) != 0) {
            report.viewers.push_back(viewer);
        }
    }
    if (status.state == SessionStatus::State::Live && is_overdue(status, now)) {
        report.session.state = SessionStatus::State::Silent;
    }
    // One that said good-bye left its name and tables behind.
    if (status.state == SessionStatus::State::NoPublisher) {
        if (is_ours) {
            report.session = {};
        }
        return report;
    }
    for (std::uint32_t i = 0; i < subscriber_->outputs().size(); ++i) {
        report.outputs.push_back(report_output(subscriber_->outputs()[i], subscriber_->reader(i)));
    }
    if (now > began_ && status.frames >= frames_before_) {
        report.frames_per_second = static_cast<double>(status.frames - frames_before_) /
                                   std::chrono::duration<double>(now - began_).count();
    }
    report.faults = subscriber_->fault_count();
    report.last_fault = subscriber_->last_fault();
    return report;
}

Result<std::vector<RegionReport>> report_regions(const std::vector<Target>& targets,
                                                 Nanoseconds sample) {
    std::vector<StatusWatch> watches;
    Result<std::vector<RegionReport>> reports;
    for (const Target& target : targets) {
        auto watch = StatusWatch::open(target);
        if (!watch) {
            reports = Failure(std::move(watch).error());
            continue;
        }
        watches.push_back(std::move(*watch));
        watches.back().begin(monotonic_now());
    }
    if (watches.empty()) {
        return reports;
    }
    if (std::ranges::any_of(watches, &StatusWatch::is_unheard)) {
        std::this_thread::sleep_for(kHeartbeats);
        for (StatusWatch& watch : watches) {
            watch.begin(monotonic_now());
        }
    }
    std::this_thread::sleep_for(sample);
    reports.emplace();
    for (StatusWatch& watch : watches) {
        reports->push_back(watch.report(monotonic_now()));
    }
    return reports;
}

std::vector<Target> running_targets() {
    std::vector<Target> targets;
    for (std::string& name : running_regions()) {
        targets.push_back({Target::Kind::Name, std::move(name)});
    }
    return targets;
}

}  // namespace oriel
