// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <memory>
#include <utility>

#include <wayland-client.h>

#include "base/log.h"
#include "present/wayland/frame_library.h"
#include "present/wayland/libdecor_toplevel.h"

namespace oriel {
namespace {

constexpr const char* kForbid = "ORIEL_NO_LIBDECOR";

/// What it offers, then what it binds of that, then what these tell.
constexpr int kRoundTrips = 3;

libdecor_interface* error_callback() {
    static libdecor_interface all = [] {
        libdecor_interface made{};
        made.error = [](libdecor*, libdecor_error, const char* message) {
            log(LogLevel::Warning, std::string("libdecor: ") + message);
        };
        return made;
    }();
    return &all;
}

class LibdecorLibrary final : public WaylandFrameLibrary {
  public:
    LibdecorLibrary(LibdecorFunctions functions, wl_display* display)
        : functions_(functions),
          context_(functions_.create(display, error_callback()), {functions_.unref}) {}

    std::unique_ptr<WaylandToplevel> make_toplevel(wl_surface* surface,
                                                   WaylandToplevelListener& listener) override {
        return std::make_unique<LibdecorToplevel>(functions_, context_.get(), surface, listener);
    }

  private:
    struct Unref {
        decltype(&::libdecor_unref) call;

        void operator()(libdecor* context) const noexcept { call(context); }
    };

    LibdecorFunctions functions_;
    std::unique_ptr<libdecor, Unref> context_;
};

}  // namespace

Result<std::unique_ptr<WaylandFrameLibrary>> open_libdecor(WaylandConnection& connection) {
    if (std::getenv(kForbid) != nullptr) {  // NOLINT(concurrency-mt-unsafe): nobody sets it
        return Failure(Error::unsupported(std::string(kForbid) + " is set"));
    }
    ORIEL_TRY_ASSIGN(const LibdecorFunctions functions, load_libdecor());
    auto library = std::make_unique<LibdecorLibrary>(functions, connection.get());
    if (!has_libdecor_plugin()) {
        return Failure(Error::unsupported("libdecor has no plugin here that draws any"));
    }
    for (int i = 0; i < kRoundTrips; ++i) {
        ORIEL_TRY(connection.round_trip());
    }
    return library;
}

}  // namespace oriel
