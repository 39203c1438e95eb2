// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/linux/fd.h"
#include "input/back_off.h"
#include "input/input_queue.h"
#include "input/input_sink.h"
#include "input/qmp/held_keys.h"
#include "input/qmp/qmp_link.h"
#include "input/qmp/qmp_message.h"

namespace oriel {

/// Keyboard and pointer through QEMU's machine protocol (QMP, `input-send-event`).
///
/// QEMU serves one QMP client at a time: this needs a `-qmp` of its own. It does not tell the lock
/// lights, and releases nothing when a client is killed: see HeldKeys.
class QmpSink final : public InputSink {
  public:
    /// Connects in the background: what comes of it is in state().
    /// Errors: System, where this machine has no descriptors left.
    static Result<std::unique_ptr<QmpSink>> open(const std::string& path);

    /// Sends the releases that are due. Blocks: kLastWait at most.
    ~QmpSink() override;
    QmpSink(const QmpSink&) = delete;
    QmpSink& operator=(const QmpSink&) = delete;

    static constexpr Nanoseconds kLastWait = std::chrono::milliseconds(300);

    std::string description() const override { return "qmp " + path_; }

    int fd() const override { return poll_.get(); }

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
    void retry() override;

  private:
    enum class Phase : std::uint8_t { Apart, AwaitingGreeting, AwaitingAnswer, Ready };

    /// A command that QEMU has not answered yet.
    struct Command {
        std::uint64_t id = 0;
        std::optional<GuestInput> event;  ///< Empty: it asks for the mice.
    };

    QmpSink(std::string path, UniqueFd poll, UniqueFd timer);

    void connect(Nanoseconds now);
    void lose(InputState::Link link, std::string reason, Nanoseconds now);
    void read(Nanoseconds now);
    bool take_message(const QmpMessage& message, Nanoseconds now);
    void take_answer(const QmpMessage& message, Nanoseconds now);
    void become_ready(Nanoseconds now);
    void step();
    void send_waiting(Nanoseconds now);
    void ask_for_mice(Nanoseconds now);
    void say(const std::string& line, Nanoseconds now);
    void watch();
    void arm(Nanoseconds now);
    bool drain(Nanoseconds limit);

    std::string path_;
    UniqueFd poll_;  ///< An epoll of what follows.
    UniqueFd timer_;
    std::optional<QmpLink> link_;
    std::optional<HeldKeys> held_keys_;
    Phase phase_ = Phase::Apart;
    InputState state_;
    InputState told_;
    InputQueue queue_;
    std::deque<Command> unanswered_;
    std::uint64_t last_id_ = 0;
    BackOff back_off_;
    std::optional<Nanoseconds> connect_at_;
    Nanoseconds silent_since_{0};  ///< AwaitingGreeting: since when.
    Nanoseconds held_until_{0};    ///< QEMU refused: nothing is sent before.
    Nanoseconds mice_asked_at_{0};
};

}  // namespace oriel
