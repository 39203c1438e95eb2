// SPDX-License-Identifier: MIT
#include <utility>

#include "base/log.h"
#include "capture/kms/change_events.h"
#include "capture/kms/drm_device.h"
#include "capture/kms/kms_source.h"
#include "capture/kms/trace_events.h"

namespace oriel {
namespace {

/// Null where the kernel tells of nothing: a reason is good to know when it is slow.
std::unique_ptr<kms_capture::ChangeEvents> open_events() {
    auto folder = kms_capture::TraceFolder::open();
    auto events = folder ? kms_capture::open_trace_events(std::move(*folder))
                         : Failure(std::move(folder).error());
    if (!events) {
        log(LogLevel::Info,
            "no events of the kernel, looking at the screen at intervals: " +
                events.error().message);
        return nullptr;
    }
    return std::move(*events);
}

}  // namespace

Result<std::unique_ptr<Source>> open_kms_source(const std::string& which) {
    ORIEL_TRY_ASSIGN(auto device, kms_capture::open_drm_device(which));
    return kms_capture::make_kms_source(std::move(device), open_events());
}

}  // namespace oriel
