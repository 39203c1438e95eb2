// SPDX-License-Identifier: MIT
// A viewer with a sink that leads nowhere, to be killed: recording_viewer TARGET x11|wayland.
#include <memory>
#include <string_view>

#include "viewer/testing/recording_sink.h"
#include "viewer/viewer.h"

namespace {

class Silent final : public oriel::ViewerObserver {
  public:
    void on_state(oriel::SessionStatus::State /*state*/, const std::string& /*text*/) override {}

    void on_first_frame() override {}
};

}  // namespace

int main(int argc, char** argv) {
    using namespace oriel;
    if (argc != 3) {
        return 2;
    }
    PollLoop loop;
    Silent silent;
    const auto target = Target::parse(argv[1]);
    if (!target) {
        return 2;
    }
    using Platform = ViewerOptions::Platform;
    const bool is_x11 = std::string_view(argv[2]) == "x11";
    ViewerOptions options{.target = *target,
                          .platform = is_x11 ? Platform::X11 : Platform::Wayland};
    options.input = [](const std::string&) -> Result<FoundInput> {
        auto sink = std::make_unique<testing_support::RecordingSink>();
        sink->become(testing_support::ready(PointerMode::Relative));
        return FoundInput{std::move(sink), {}};
    };
    const auto viewer = Viewer::open(loop, options, silent);
    return viewer && loop.run() ? 0 : 1;
}
