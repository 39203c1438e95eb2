// SPDX-License-Identifier: MIT
#include "viewer/open_presenter.h"

#include <cstdlib>

#include "present/offscreen/offscreen_presenter.h"
#include "present/x11/x11_presenter.h"

namespace oriel {

Result<std::unique_ptr<Presenter>> open_presenter(const ViewerOptions& options) {
    if (options.platform == ViewerOptions::Platform::Offscreen) {
        return OffscreenPresenter::open({.refresh_mhz = options.offscreen_refresh_mhz});
    }
    if (std::getenv("DISPLAY") == nullptr) {  // NOLINT(concurrency-mt-unsafe): no other thread yet
        return Failure(Error::not_found(
            "no display to show the picture on: DISPLAY is not set; start this in a graphical "
            "session, or use --platform offscreen"));
    }
    return open_x11_presenter(
        {.display = "", .size = options.window_size, .title = "Oriel", .mode = options.mode});
}

}  // namespace oriel
