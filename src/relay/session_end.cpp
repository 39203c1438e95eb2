// SPDX-License-Identifier: MIT
#include "relay/session_end.h"

#include <cstddef>

#include "abi/publisher.h"
#include "relay/fence.h"
#include "relay/session_view.h"
#include "relay/shared_bytes.h"

namespace oriel {

bool end_session(std::span<std::byte> region, std::uint32_t process) {
    const SharedBytes bytes(region);
    SessionView::Versions versions;
    const auto view = SessionView::read(bytes, versions);
    if (!view ||
        view->copy_element<abi::PublisherInfo>(bytes, abi::kTablePublisher, 0).process != process) {
        return false;
    }
    constexpr std::size_t kState = offsetof(abi::PublisherInfo, state);
    static_assert(offsetof(abi::PublisherInfo, reason) == kState + sizeof(std::uint32_t));
    static_assert(abi::kReasonNone == 0);
    bytes.store(view->element(abi::kTablePublisher, 0) + kState, std::uint64_t{abi::kStateEnded});
    store_fence();
    return true;
}

}  // namespace oriel
