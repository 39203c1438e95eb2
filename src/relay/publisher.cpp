// SPDX-License-Identifier: MIT
#include "relay/publisher.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "abi/frame.h"
#include "abi/viewer.h"
#include "relay/fence.h"

namespace oriel {
namespace {

/// How long slots of an earlier epoch are spared for viewers that still show them.
constexpr Nanoseconds kSettleTime = std::chrono::milliseconds(250);

std::uint64_t root_offset(const SharedBytes& region) {
    return region.size() - abi::kRootFromEnd;
}

void zero(const SharedBytes& region, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t place = from; place < to; place += sizeof(std::uint64_t)) {
        region.store(place, std::uint64_t{0});
    }
}

template <std::size_t Size>
void put_text(char (&field)[Size], const std::string& text) {
    // Zero-padded: the last byte stays 0.
    std::memcpy(field, text.data(), std::min(text.size(), Size - 1));
}

void clear_magic(const SharedBytes& region) {
    region.store(root_offset(region), std::uint64_t{0});
    store_fence();
}

void store_root(const SharedBytes& region,
                const RegionLayout& layout,
                std::uint64_t epoch,
                std::uint64_t nonce) {
    abi::Root root{};
    root.major = abi::kMajor;
    root.minor = abi::kMinor;
    root.region_size = region.size();
    root.epoch = epoch;
    root.nonce = nonce;
    root.root_size = sizeof(abi::Root);
    root.table_count = abi::kTableCount;
    std::ranges::copy(layout.tables, root.tables);
    region.store(root_offset(region), root);
    store_fence();
    // PUBLISH epoch: everything above is visible. Pairs with ACQUIRE epoch in SessionView.
    region.store(root_offset(region), abi::kMagic);
    store_fence();
}

abi::PublisherInfo info_of(const PublisherDescription& description) {
    abi::PublisherInfo info{};
    info.state = abi::kStateStarting;
    info.clock_domain = description.clock_domain;
    info.info_size = sizeof(abi::PublisherInfo);
    info.process = description.process;
    put_text(info.agent, description.agent);
    put_text(info.host_name, description.host_name);
    put_text(info.source, description.source);
    return info;
}

abi::Output words_of(const OutputDescription& output, const RegionLayout::Output& places) {
    abi::Output words{};
    words.generation = 2;
    words.id = output.id;
    words.slot_count = places.slot_count;
    words.x = output.x;
    words.y = output.y;
    words.scale_milli = 1000;
    words.refresh_mhz = output.refresh_mhz;
    put_text(words.name, output.name);
    std::ranges::copy(places.slots, words.slots);
    return words;
}

}  // namespace

Publisher::Publisher(SharedBytes region, RegionLayout layout, std::uint64_t nonce, Nanoseconds now)
    : region_(region), layout_(std::move(layout)), board_(region_, layout_, nonce), started_(now) {}

Result<Publisher> Publisher::start(std::span<std::byte> bytes,
                                   const PublisherDescription& description,
                                   std::uint64_t epoch,
                                   std::uint64_t nonce,
                                   Nanoseconds now) {
    const SharedBytes region(bytes);
    std::vector<OutputNeeds> needs;
    for (const OutputDescription& output : description.outputs) {
        needs.push_back(output.needs);
    }
    clear_magic(region);
    auto layout = RegionLayout::make(region.size(), needs);
    if (!layout) {
        publish_reason(bytes,
                       description,
                       abi::kReasonRegionTooSmall,
                       needed_region_size(needs),
                       epoch,
                       nonce);
        return Failure(std::move(layout).error());
    }
    const std::uint64_t tables_end = layout->element(abi::kTableAnswers, abi::kMaxViewers);
    zero(region, layout->tables[abi::kTablePublisher].offset, tables_end);

    Publisher publisher(region, std::move(*layout), nonce, now);
    publisher.info_ = info_of(description);
    region.store(publisher.layout_.element(abi::kTablePublisher, 0), publisher.info_);
    for (std::uint32_t i = 0; i < description.outputs.size(); ++i) {
        region.store(publisher.layout_.element(abi::kTableOutputs, i),
                     words_of(description.outputs[i], publisher.layout_.outputs[i]));
        publisher.outputs_.emplace_back(region, publisher.layout_, i);
        publisher.cursors_.emplace_back(region, publisher.layout_, i);
    }
    store_root(region, publisher.layout_, epoch, nonce);
    publisher.set_state(abi::kStateLive, abi::kReasonNone);
    return publisher;
}

void publish_reason(std::span<std::byte> bytes,
                    const PublisherDescription& description,
                    std::uint32_t reason,
                    std::uint64_t bytes_needed,
                    std::uint64_t epoch,
                    std::uint64_t nonce) {
    const SharedBytes region(bytes);
    clear_magic(region);
    RegionLayout layout;
    layout.region_size = region.size();
    const std::uint64_t place = region.size() - abi::kViewersFromEnd - abi::kPage;
    layout.tables[abi::kTablePublisher] = {place, sizeof(abi::PublisherInfo), abi::kPage, 1, 0};
    layout.tables[abi::kTableViewers] = {region.size() - abi::kViewersFromEnd,
                                         sizeof(abi::ViewerPage),
                                         abi::kViewerStride,
                                         abi::kMaxViewers,
                                         0};
    abi::PublisherInfo info = info_of(description);
    info.state = abi::kStateWaiting;
    info.reason = reason;
    info.bytes_needed = bytes_needed;
    region.store(place, info);
    store_root(region, layout, epoch, nonce);
}

void Publisher::store_info_line() {
    const std::uint64_t place = layout_.element(abi::kTablePublisher, 0);
    region_.store(place + offsetof(abi::PublisherInfo, tick), info_.tick);
    region_.store(place + offsetof(abi::PublisherInfo, tick_ns), info_.tick_ns);
    region_.store(place + offsetof(abi::PublisherInfo, state),
                  std::uint64_t{info_.state} | std::uint64_t{info_.reason} << 32U);
    region_.store(place + offsetof(abi::PublisherInfo, idle_inhibit),
                  std::uint64_t{info_.idle_inhibit} | std::uint64_t{info_.attached} << 32U);
    region_.store(place + offsetof(abi::PublisherInfo, frames), info_.frames);
    store_fence();
}

const Audience& Publisher::survey(Nanoseconds now) {
    const Audience& audience = board_.survey(now);
    if (audience.attached != info_.attached) {
        tick(now);
    }
    return audience;
}

std::optional<ModeWish> Publisher::next_wish() {
    const auto outputs = static_cast<std::uint32_t>(outputs_.size());
    while (const auto mail = board_.next_message()) {
        const ReadWish read = read_mode_wish(mail->message, mail->viewer, outputs);
        if (read.wish) {
            return read.wish;
        }
        if (read.refused_output) {
            answer_wish(mail->viewer, *read.refused_output, ModeAnswer::Refused);
        }
    }
    return std::nullopt;
}

void Publisher::answer_wish(std::uint32_t viewer, std::uint32_t output, ModeAnswer answer) {
    const abi::ModeAnswer words{output, answer == ModeAnswer::Accepted ? 1U : 0U};
    board_.send(viewer, abi::kMessageModeAnswer, std::as_bytes(std::span(&words, 1)));
}

Result<SlotLease, PublishFault> Publisher::begin_frame(std::uint32_t output,
                                                       const FrameGeometry& geometry,
                                                       Nanoseconds now) {
    ORIEL_ASSERT(output < outputs_.size());
    if (settling_) {
        if (now - started_ < kSettleTime && board_.has_foreign_holds()) {
            return Failure(PublishFault::SlotsStillShown);
        }
        settling_ = false;
    }
    current_output_ = output;
    return outputs_[output].begin(board_, geometry, now);
}

void Publisher::announce_frame(const FrameContent& content, Nanoseconds now) {
    outputs_[current_output_].announce(content, now);
}

void Publisher::rows_ready(std::uint32_t row) {
    outputs_[current_output_].rows_ready(row);
}

std::uint64_t Publisher::finish_frame(const FrameContent& content, Nanoseconds now) {
    ++info_.frames;
    const std::uint64_t place = layout_.element(abi::kTablePublisher, 0);
    region_.store(place + offsetof(abi::PublisherInfo, frames), info_.frames);
    return outputs_[current_output_].finish(content, now);
}

void Publisher::abort_frame(const Damage& touched) {
    outputs_[current_output_].abort(touched);
}

void Publisher::forget_newest(std::uint32_t output) {
    ORIEL_ASSERT(output < outputs_.size());
    outputs_[output].forget_newest();
}

void Publisher::tick(Nanoseconds now) {
    ++info_.tick;
    info_.tick_ns = static_cast<std::uint64_t>(now.count());
    info_.attached = board_.audience().attached;
    store_info_line();
}

void Publisher::set_idle_inhibit(bool is_wanted) {
    info_.idle_inhibit = is_wanted ? 1 : 0;
    store_info_line();
}

void Publisher::set_state(std::uint32_t state, std::uint32_t reason) {
    info_.state = state;
    info_.reason = reason;
    store_info_line();
}

}  // namespace oriel
