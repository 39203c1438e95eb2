// SPDX-License-Identifier: MIT
#include <utility>

#include "base/log.h"
#include "capture/kms/change_events.h"
#include "capture/kms/drm_device.h"
#include "capture/kms/kms_source.h"
#include "capture/kms/trace_events.h"

namespace oriel {
namespace {

Result<std::unique_ptr<kms_capture::ChangeEvents>> open_events() {
    ORIEL_TRY_ASSIGN(auto folder, kms_capture::TraceFolder::open());
    return kms_capture::open_trace_events(std::move(folder));
}

}  // namespace

Result<std::unique_ptr<Source>> open_kms_source(const std::string& which) {
    ORIEL_TRY_ASSIGN(auto device, kms_capture::open_drm_device(which));
    auto events = open_events();
    ORIEL_TRY_ASSIGN(
        auto source,
        kms_capture::make_kms_source(std::move(device), events ? std::move(*events) : nullptr));
    if (!events) {
        // Good to know where it is slow; not where it failed.
        log(LogLevel::Info,
            "no events of the kernel, looking at the screen at intervals: " +
                events.error().message);
    }
    return source;
}

}  // namespace oriel
