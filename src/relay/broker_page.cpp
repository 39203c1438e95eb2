// SPDX-License-Identifier: MIT
#include "relay/broker_page.h"

#include <algorithm>

#include "abi/broker.h"
#include "relay/session_view.h"

namespace oriel {
namespace {

struct Connected {
    std::uint32_t publisher;
    std::uint32_t vm;
};

std::uint64_t place(SharedBytes region, std::size_t field) {
    return region.size() - abi::kBrokerFromEnd + field;
}

}  // namespace

BrokerNews::Presence read_presence(SharedBytes region) {
    if (region.size() < abi::kMinRegionSize || region.load(place(region, 0)) != abi::kBrokerMark) {
        return BrokerNews::Presence::NoBroker;
    }
    const auto connected =
        region.copy<Connected>(place(region, offsetof(abi::BrokerPage, publisher_connected)));
    return connected->publisher == 0 && connected->vm == 0 ? BrokerNews::Presence::Nobody
                                                           : BrokerNews::Presence::Somebody;
}

BrokerNews read_broker_page(SharedBytes region) {
    BrokerNews news;
    news.presence = read_presence(region);
    if (news.presence == BrokerNews::Presence::NoBroker) {
        return news;
    }
    const auto page = region.copy<abi::BrokerPage>(place(region, 0));
    news.slots = std::min(page->slots, abi::kMaxSlots);
    news.viewers = page->viewers;
    news.name = text_of(page->name, sizeof(page->name));
    return news;
}

}  // namespace oriel
