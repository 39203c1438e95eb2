// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "capture/kms/change_events.h"
#include "capture/kms/trace_folder.h"

namespace oriel::kms_capture {

/// Has the kernel tell of changes through tracefs: return probes on the functions by which a
/// screen changes, in a trace instance of our own that nobody else sees or is disturbed by.
///
/// Instance and probes carry our process's number; they are removed with the object, and those of
/// processes that were killed by the next one that opens.
/// Errors: System (no permission, a locked-down kernel); Unsupported where no function is found.
Result<std::unique_ptr<ChangeEvents>> open_trace_events(TraceFolder folder);

/// "oriel-123", "oriel_123": what is ours and whose; nothing for any other name.
std::optional<pid_t> owner_of(std::string_view name);

/// The names (GROUP/EVENT) of our probes in the text of kprobe_events.
std::vector<std::string> own_probes(std::string_view definitions);

}  // namespace oriel::kms_capture
