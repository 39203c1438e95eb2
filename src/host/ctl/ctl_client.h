// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/linux/fd.h"
#include "base/result.h"
#include "region/target.h"
#include "viewer/control/control_request.h"

namespace oriel {

/// A viewer that runs, and the connection to it.
struct RunningViewer {
    std::string target;
    std::uint32_t process = 0;
    UniqueFd socket;
};

/// All of this user's that answer. Blocks: for each that does not up to a second, or five where
/// many wait for it.
std::vector<RunningViewer> running_viewers(const std::string& folder);

/// The one that is meant: of `target`, or of number `process`, or the only one.
/// Errors: NotFound, listing those there are and what to type.
Result<RunningViewer> choose_viewer(std::vector<RunningViewer> viewers,
                                    const std::optional<Target>& target,
                                    std::optional<std::uint32_t> process);

struct CtlAnswer {
    std::string line;  ///< JSON.
    UniqueFd picture;
};

/// Asks and waits for the answer; for ever without `limit`.
/// Errors: what the viewer says is wrong; NotFound where it ends meanwhile; Busy: it does not
/// answer.
Result<CtlAnswer> ask_viewer(const UniqueFd& socket,
                             const ControlRequest& request,
                             std::optional<Nanoseconds> limit);

}  // namespace oriel
