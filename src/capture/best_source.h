// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "capture/source.h"

namespace oriel {

/// A way to capture, as it is tried.
struct CaptureWay {
    std::string name;  ///< For people.
    std::function<Result<std::unique_ptr<Source>>()> open;
};

/// When what works better is tried again.
struct ClimbPace {
    Nanoseconds first = std::chrono::seconds(5);
    Nanoseconds longest = std::chrono::seconds(60);  ///< Each try that fails doubles the pause.
};

/// A source that captures by the first of `ways` that works, says which, and why not by those
/// before it. Where one ends, the first that works then takes over; and while it is not the first
/// of all, those before it are tried again at `pace`, as long as somebody looks. wake_handle()
/// tells of it.
///
/// Blocks: dispatch() for as long as opening a way takes.
/// Errors: of dispatch(), and of this: none works; why not each.
Result<std::unique_ptr<Source>> open_best_source(std::vector<CaptureWay> ways, ClimbPace pace = {});

}  // namespace oriel
