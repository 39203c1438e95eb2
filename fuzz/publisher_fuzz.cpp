// SPDX-License-Identifier: MIT
// Viewers write their pages and rings as they like. Whatever that is, the publisher always gets a
// slot, and every message it reads is a message.
// Planted fault: hold-slot
// Planted fault: message-length
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "region_input.h"

namespace oriel {
namespace {

class PublisherSteps {
  public:
    PublisherSteps(FuzzRegion& fuzzed, FuzzInput& input)
        : region_(fuzzed.region()), publisher_(fuzzed.reset()), input_(input) {
        for (std::uint32_t viewer = 0; viewer < 2; ++viewer) {
            region_.put<std::uint32_t>(region_.viewer(viewer) + offsetof(abi::ViewerPage, flags),
                                       abi::kViewerVisible);
            region_.put<std::uint64_t>(region_.viewer(viewer),
                                       TestRegion::kEpoch + TestRegion::kNonce);
        }
        publisher_.survey(now_);
    }

    void step(std::uint32_t which) {
        switch (which) {
        case 0:
            now_ += std::chrono::milliseconds(input_.below(255) * 10);
            publisher_.survey(now_);
            publisher_.tick(now_);
            break;
        case 1:
            publish();
            break;
        case 2:
            read_mail();
            break;
        case 3:
            hold();
            break;
        case 4:
            put_message();
            break;
        default:
            publisher_.board().send(input_.below(abi::kMaxViewers), 3, {});
            read_wishes();
            break;
        }
    }

  private:
    void publish() {
        const auto lease = publisher_.begin_frame(0, TestRegion::geometry(), now_);
        ORIEL_ASSERT(lease && lease->slot < FuzzRegion::kSlots && lease->slot != newest_);
        if (input_.below(4) == 0) {
            publisher_.abort_frame({});
            return;
        }
        publisher_.finish_frame({.damage = {}, .colour = {}}, now_);
        newest_ = lease->slot;
    }

    void read_mail() {
        std::uint32_t read = 0;
        while (const auto mail = publisher_.board().next_message()) {
            ORIEL_ASSERT(mail->viewer < abi::kMaxViewers);
            ORIEL_ASSERT(mail->message.bytes().size() <= abi::kMaxMessage);
            ORIEL_ASSERT(++read <= ViewerBoard::kMailPerSurvey);
        }
    }

    void read_wishes() {
        std::uint32_t read = 0;
        while (const auto wish = publisher_.next_wish()) {
            ORIEL_ASSERT(wish->viewer < abi::kMaxViewers && wish->output == 0);
            ORIEL_ASSERT(is_mode_size(wish->size));
            ORIEL_ASSERT(++read <= ViewerBoard::kMailPerSurvey);
            publisher_.answer_wish(wish->viewer, wish->output, ModeAnswer::Accepted);
        }
    }

    /// A hold that might be right.
    void hold() {
        const std::uint32_t viewer = input_.below(2);
        const std::uint64_t slot = input_.below(32);
        const std::uint64_t generation = std::uint64_t{input_.below(8)} * 2;
        region_.put(region_.viewer(viewer) + offsetof(abi::ViewerPage, holds) +
                        std::uint64_t{input_.below(2)} * 8,
                    slot | generation << abi::kHoldSlotBits);
    }

    /// A message that might be right but for its length.
    void put_message() {
        const std::uint64_t page = region_.viewer(input_.below(2));
        const std::uint32_t length = input_.take<std::uint16_t>() % abi::kRingSize;
        const std::uint64_t padded = (std::uint64_t{length} + 7) / 8 * 8;
        const std::uint64_t written_at = page + offsetof(abi::ViewerPage, messages_written);
        const auto written = region_.get<std::uint64_t>(written_at);
        const std::uint64_t place = written % abi::kRingSize / 8 * 8;
        region_.put(
            page + abi::kPage + place,
            std::bit_cast<std::uint64_t>(abi::MessageHeader{abi::kMessageModeWanted, length}));
        region_.put(written_at, written + sizeof(abi::MessageHeader) + padded);
    }

    TestRegion& region_;
    Publisher publisher_;
    FuzzInput& input_;
    Nanoseconds now_ = std::chrono::seconds(1);
    std::optional<std::uint32_t> newest_;  // Of those published here.
};

}  // namespace
}  // namespace oriel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static oriel::FuzzRegion fuzzed;
    static const auto parts = fuzzed.viewers_parts();
    oriel::FuzzInput input({data, std::min<std::size_t>(size, 1024)});
    oriel::PublisherSteps publisher(fuzzed, input);
    while (!input.is_empty()) {
        const std::uint32_t action = input.below(11);
        if (action < 5) {
            oriel::FuzzPatch::read(input, parts).apply(fuzzed.region());
        } else {
            publisher.step(action - 5);
        }
    }
    publisher.step(2);
    publisher.step(1);
    return 0;
}
