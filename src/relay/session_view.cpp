// SPDX-License-Identifier: MIT
#include "relay/session_view.h"

#include <algorithm>

#include "abi/cursor.h"
#include "abi/frame.h"
#include "abi/viewer.h"
#include "relay/fence.h"

namespace oriel {
namespace {

/// What this reader knows; a publisher may ask for nothing else.
constexpr std::uint64_t kKnownFeatures = 0;

std::uint64_t root_offset(SharedBytes region) {
    return region.size() - abi::kRootFromEnd;
}

struct TableRule {
    std::uint32_t smallest_element;  ///< What 1.0 had: no writer may say less.
    std::uint64_t needed_count;
};

TableRule rule_of(std::uint32_t table, std::uint64_t outputs) {
    switch (table) {
    case abi::kTablePublisher:
        return {sizeof(abi::PublisherInfo), 1};
    case abi::kTableOutputs:
        return {sizeof(abi::Output), outputs};
    case abi::kTableFrames:
        return {sizeof(abi::FrameHeader), outputs * abi::kMaxSlots};
    case abi::kTableDamage:
        return {sizeof(abi::DamageEntry), outputs * abi::kDamageLog};
    case abi::kTableCursors:
        return {sizeof(abi::Cursor), outputs};
    case abi::kTableAnswers:
        return {sizeof(abi::AnswerPage), outputs == 0 ? 0 : abi::kMaxViewers};
    default:
        return {0, 0};
    }
}

/// A publisher's table: aligned, wide enough, long enough, inside its part of the region.
bool is_sound(const abi::Table& table, const TableRule& rule, std::uint64_t limit) {
    // 32 x 32 bits: 64 hold the product.
    const std::uint64_t length = std::uint64_t{table.stride} * table.count;
    return table.offset % abi::kLine == 0 && table.stride % abi::kLine == 0 &&
           table.element_size >= rule.smallest_element && table.element_size <= table.stride &&
           table.count >= rule.needed_count && table.offset <= limit &&
           length <= limit - table.offset;
}

}  // namespace

SessionView::Identity SessionView::peek(SharedBytes region) {
    if (region.size() < abi::kMinRegionSize) {
        return {};
    }
    const std::uint64_t root = root_offset(region);
    const Identity identity{*region.load(root + offsetof(abi::Root, epoch)),
                            *region.load(root + offsetof(abi::Root, nonce))};
    // ACQUIRE epoch: pairs with PUBLISH epoch in Publisher. The magic comes last: it is cleared
    // before these words change and stored after, so a magic found now belongs to them.
    load_fence();
    if (region.load(root) != abi::kMagic) {
        return {};
    }
    load_fence();
    return identity;
}

std::uint64_t SessionView::viewer_page(SharedBytes region, std::uint32_t viewer) {
    ORIEL_ASSERT(viewer < abi::kMaxViewers && region.size() >= abi::kMinRegionSize);
    return region.size() - abi::kViewersFromEnd + std::uint64_t{viewer} * abi::kViewerStride;
}

std::uint64_t SessionView::element(std::uint32_t table, std::uint64_t index) const {
    ORIEL_ASSERT(index < tables_[table].count);
    return tables_[table].offset + index * tables_[table].stride;
}

Result<SessionView, RegionFault> SessionView::read(SharedBytes region, Versions& seen) {
    if (region.size() < abi::kMinRegionSize) {
        return Failure(RegionFault::BadRegionSize);
    }
    const Identity before = peek(region);
    if (before == Identity{}) {
        return Failure(RegionFault::NoPublisher);
    }
    const auto root = region.copy<abi::Root>(root_offset(region));
    seen = {root->major,
            root->minor,
            root->features_to_read & ~kKnownFeatures,
            root->features_to_write & ~kKnownFeatures};
    if (root->major != abi::kMajor) {
        return Failure(RegionFault::OtherMajor);
    }
    if (seen.unknown_features != 0) {
        return Failure(RegionFault::UnknownFeature);
    }
    if (root->region_size != region.size()) {
        return Failure(RegionFault::BadRegionSize);
    }
    SessionView view;
    view.identity_ = {root->epoch, root->nonce};
    if (auto tables = view.check_tables(region, *root); !tables) {
        return Failure(tables.error());
    }
    if (auto outputs = view.check_outputs(region); !outputs) {
        return Failure(outputs.error());
    }
    load_fence();
    // Before and after: no other epoch's words are among those copied.
    if (view.identity_ != before || peek(region) != before || before.nonce == 0) {
        return Failure(RegionFault::NoPublisher);
    }
    return view;
}

Result<void, RegionFault> SessionView::check_tables(SharedBytes region, const abi::Root& root) {
    const std::uint64_t limit = region.size() - abi::kViewersFromEnd;
    if (root.table_count < abi::kTableViewers + 1 || root.table_count > abi::kMaxTables) {
        return Failure(RegionFault::BadTable);
    }
    const std::uint64_t outputs = root.tables[abi::kTableOutputs].count;
    if (outputs > abi::kMaxOutputs) {
        return Failure(RegionFault::BadTable);
    }
    for (std::uint32_t table = 0; table <= abi::kTableAnswers; ++table) {
        const TableRule rule = rule_of(table, outputs);
        if (rule.needed_count == 0) {
            continue;  // Nobody looks into it: it stays empty, whatever the root says.
        }
        if (!is_sound(root.tables[table], rule, limit)) {
            return Failure(RegionFault::BadTable);
        }
        tables_[table] = root.tables[table];
    }
    // Viewers and broker have frozen places: what the root says of them is for people.
    return {};
}

Result<void, RegionFault> SessionView::check_outputs(SharedBytes region) {
    const std::uint64_t limit = region.size() - abi::kViewersFromEnd;
    for (std::uint32_t i = 0; i < tables_[abi::kTableOutputs].count; ++i) {
        const auto words = copy_element<abi::Output>(region, abi::kTableOutputs, i);
        if (words.slot_count == 0 || words.slot_count > abi::kMaxSlots) {
            return Failure(RegionFault::BadOutput);
        }
        OutputPlaces places{words.id,
                            text_of(words.name, sizeof(words.name)),
                            words.refresh_mhz,
                            words.x,
                            words.y,
                            {}};
        for (std::uint32_t slot = 0; slot < words.slot_count; ++slot) {
            const abi::SlotPlace& place = words.slots[slot];
            if (place.offset % abi::kLine != 0 || place.offset > limit ||
                place.capacity > limit - place.offset) {
                return Failure(RegionFault::BadOutput);
            }
            places.slots.push_back(place);
        }
        outputs_.push_back(std::move(places));
    }
    return {};
}

std::string text_of(const char* field, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size && field[i] != '\0'; ++i) {
        const auto byte = static_cast<unsigned char>(field[i]);
        text += byte < 0x20 || byte == 0x7F || byte >= 0x80 ? '?' : field[i];
    }
    return text;
}

}  // namespace oriel
