// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "input/input_sink.h"
#include "relay/geometry.h"

namespace oriel::testing_support {

/// For tests: a sink that leads nowhere. It writes down what it is told, and what no caller
/// should tell.
class RecordingSink final : public InputSink {
  public:
    RecordingSink();

    /// The other end has changed: dispatch() will tell.
    void become(InputState state);

    struct KeyEvent {
        std::uint32_t code;
        Press press;

        friend bool operator==(const KeyEvent&, const KeyEvent&) = default;
    };

    struct Position {
        std::uint32_t x = 0;
        std::uint32_t y = 0;
        Size screen;

        friend bool operator==(const Position&, const Position&) = default;
    };

    std::vector<KeyEvent> keys;  ///< Buttons too; release_all() as an Up of each that was down.
    std::vector<Position> positions;
    std::set<std::uint32_t> down;
    std::int64_t moved_x = 0;
    std::int64_t moved_y = 0;
    std::int64_t scrolled_x = 0;
    std::int64_t scrolled_y = 0;
    int retries = 0;
    std::vector<std::string> broken_rules;

    std::string description() const override { return "recording"; }

    int fd() const override { return fd_.get(); }

    bool dispatch() override;

    const InputState& state() const override { return state_; }

    void key(std::uint32_t code, Press press) override;
    void button(std::uint32_t code, Press press) override;
    void move_to(std::uint32_t x,
                 std::uint32_t y,
                 std::uint32_t screen_width,
                 std::uint32_t screen_height) override;
    void move_by(std::int32_t x, std::int32_t y) override;
    void scroll(std::int32_t x, std::int32_t y) override;
    void release_all() override;

    void retry() override { ++retries; }

  private:
    void note(std::uint32_t code, Press press);
    void check(bool is_right, const std::string& rule);

    UniqueFd fd_;
    InputState state_;
    InputState next_;
};

/// Reached by the guest, with a pointer of that kind.
InputState ready(PointerMode pointer);

}  // namespace oriel::testing_support
