// SPDX-License-Identifier: MIT
#include "session/input_fixture.h"

#include <cstdlib>

namespace oriel::testing_support {
namespace {

BrokerOptions options_in(const TestFolder& folder) {
    BrokerOptions options = folder.options();
    options.size = 32U << 20U;
    return options;
}

test::XServer start_server() {
    auto server = test::XServer::start({1600, 1000}).value();
    setenv("DISPLAY", server.display().c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
    return server;
}

}  // namespace

Station::Station(PollLoop& loop,
                 PointerMode pointer,
                 std::optional<Size> window,
                 const HostKey& host_key,
                 Platform platform)
    : broker_(options_in(folder_)) {
    agent_ =
        Agent::open(
            loop,
            {.target = target(), .capture = "pattern:640x480@20,rect", .display = {}, .output = {}})
            .value();
    ViewerOptions options{.target = target(), .platform = platform};
    options.window_size = window;
    options.host_key = host_key;
    options.input = [this, pointer](const std::string&) -> Result<FoundInput> {
        auto sink = std::make_unique<RecordingSink>();
        sink_ = sink.get();
        ++sinks_made_;
        sink_->become(ready(pointer));
        return FoundInput{std::move(sink), {}};
    };
    viewer_ = Viewer::open(loop, options, *this).value();
}

Target Station::target() const {
    return {Target::Kind::Socket, folder_.folder_of("test") + "/viewer.sock"};
}

InputTest::InputTest()
    : server_(start_server()), eye_(test::XPainter::open(server_.display()).value()) {}

Station& InputTest::start(PointerMode pointer,
                          std::optional<Size> window_size,
                          const HostKey& host_key) {
    stations_.push_back(std::make_unique<Station>(loop_, pointer, window_size, host_key));
    Station& station = *stations_.back();
    EXPECT_TRUE(run_until([&] { return station.has_picture; }));
    settle();
    // Off the others, which would be hidden.
    const std::uint32_t place[] = {static_cast<std::uint32_t>(stations_.size() - 1) * 700};
    xcb_configure_window(
        eye_.connection(), window(stations_.size() - 1), XCB_CONFIG_WINDOW_X, place);
    eye_.focus(window(stations_.size() - 1));
    settle();
    return station;
}

void InputTest::settle() {
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(loop_.run_once(std::chrono::milliseconds(10)));
    }
}

void InputTest::tap(std::uint32_t key) {
    eye_.press_key(key);
    eye_.release_key(key);
    settle();
}

void InputTest::click(std::uint8_t button) {
    eye_.press_button(button);
    eye_.release_button(button);
    settle();
}

void InputTest::TearDown() {
    for (const auto& station : stations_) {
        EXPECT_EQ(station->sink().broken_rules, std::vector<std::string>{});
        station->close();
    }
    EXPECT_TRUE(eye_.can_grab());
}

}  // namespace oriel::testing_support
