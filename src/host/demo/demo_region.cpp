// SPDX-License-Identifier: MIT
#include "host/demo/demo_region.h"

#include <utility>

#include "abi/viewer.h"
#include "relay/session_view.h"
#include "relay/shared_bytes.h"

namespace oriel {

Result<DemoRegion> DemoRegion::open(const std::string& name) {
    ORIEL_TRY_ASSIGN(auto region, Region::open({Target::Kind::Name, name}, Role::Watch));
    return DemoRegion(std::move(region));
}

DemoRegion::DemoRegion(std::unique_ptr<Region> region)
    : region_(std::move(region)),
      subscriber_(
          std::make_unique<RelaySubscriber>(region_->memory().bytes(), SubscriberOptions{})) {}

std::uint64_t DemoRegion::newest() const {
    return subscriber_->outputs().empty()
               ? 0
               : subscriber_->reader(0).claimed_sequence(FrameReader::Wanted::Finished);
}

bool DemoRegion::is_newest_taken() const {
    const SharedBytes bytes(region_->memory().bytes());
    const std::uint64_t wanted = newest();
    for (std::uint32_t viewer = 0; viewer < abi::kMaxViewers; ++viewer) {
        if ((subscriber_->status().attached >> viewer & 1U) == 0) {
            continue;
        }
        const auto page = bytes.copy<abi::ViewerPage>(SessionView::viewer_page(bytes, viewer));
        if (page && page->seen[0] == wanted) {
            return true;
        }
    }
    return false;
}

}  // namespace oriel
