// SPDX-License-Identifier: MIT
#include "viewer/status_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace oriel {
namespace {

std::string refused_text(const SessionStatus& status) {
    if (status.fault == RegionFault::OtherMajor) {
        const char* older = status.versions.major > abi::kMajor ? "this viewer" : "oriel-guest";
        return fmt::format(
            "the guest's agent speaks region protocol {}.{}, this viewer {}.{}:\nupdate {}",
            status.versions.major,
            status.versions.minor,
            abi::kMajor,
            abi::kMinor,
            older);
    }
    if (status.fault == RegionFault::UnknownFeature) {
        return fmt::format("the guest's agent needs a newer viewer (features {:#x})",
                           status.versions.unknown_features);
    }
    return fmt::format("the region's content makes no sense: {}", describe(status.fault));
}

std::string waiting_text(const SessionStatus& status, const std::string& how_to_enlarge) {
    switch (status.reason) {
    case abi::kReasonNoScreen:
        return "the guest's agent waits for a screen to capture";
    case abi::kReasonRegionTooSmall:
        return "the guest's screen does not fit this region:\n" + how_to_enlarge;
    case abi::kReasonNoAccess:
        return "the guest does not let its agent see the screen";
    case abi::kReasonModeChange:
        return "the guest's screen changes its mode";
    default:
        return "waiting for the guest's first picture";
    }
}

}  // namespace

std::string status_text(const SessionStatus& status,
                        const std::string& target,
                        const std::string& how_to_enlarge) {
    if (!status.explanation.empty()) {
        return status.explanation;
    }
    switch (status.state) {
    case SessionStatus::State::NoPublisher:
        return fmt::format(
            "waiting for the guest's agent\n(oriel-guest in the VM, or here oriel-guest --region "
            "{})",
            target);
    case SessionStatus::State::Refused:
        return refused_text(status);
    case SessionStatus::State::Waiting:
        return waiting_text(status, how_to_enlarge);
    case SessionStatus::State::Silent:
        return "the guest's agent does not answer";
    case SessionStatus::State::Live:
        return "";
    }
    return "";
}

std::string cure_of(const SessionStatus& status, const Region& region) {
    return status.reason == abi::kReasonRegionTooSmall ? region.how_to_enlarge(status.bytes_needed)
                                                       : "";
}

std::string no_agent_mark(const SessionStatus& status, const std::string& how_to_enlarge) {
    if (status.state == SessionStatus::State::NoPublisher) {
        return "no agent";
    }
    std::string text = status_text(status, "", how_to_enlarge);
    std::ranges::replace(text, '\n', ' ');
    return text.empty() ? "waiting for the guest's first picture" : text;
}

std::string window_title(const SessionStatus& status,
                         const std::string& region,
                         const std::string& mark,
                         const std::string& note) {
    std::string title = status.host_name.empty() ? region : status.host_name;
    if (!status.uuid.empty()) {
        title += " " + status.uuid;
    }
    title += " - Oriel";
    const std::string cut = cut_off_text(status);
    for (const std::string& remark : {cut, mark, note}) {
        if (!remark.empty()) {
            title += fmt::format(" ({})", remark);
        }
    }
    return title;
}

std::string cut_off_text(const SessionStatus& status) {
    return status.is_picture_cut_off
               ? fmt::format("cut off below: the guest's ivshmem device needs {} MiB",
                             status.bytes_needed >> 20U)
               : "";
}

const char* state_word(SessionStatus::State state) {
    switch (state) {
    case SessionStatus::State::NoPublisher:
        return "no-publisher";
    case SessionStatus::State::Refused:
        return "refused";
    case SessionStatus::State::Waiting:
        return "waiting";
    case SessionStatus::State::Live:
        return "live";
    case SessionStatus::State::Silent:
        return "silent";
    }
    return "unknown";
}

}  // namespace oriel
