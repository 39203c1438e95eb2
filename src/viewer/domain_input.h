// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "input/input_sink.h"
#include "region/stable_fd.h"

namespace oriel {

/// For the window of a viewer whose guest nobody knows a way to.
inline constexpr const char* kNoInputKnown =
    "no way to the guest's keyboard and mouse is known: name one with --input";

/// Looks for the libvirt domain of a region, and becomes the way to its keyboard and pointer.
///
/// A region in the system's folder is a domain of the system's libvirt, any other one of this
/// user's: no other daemon is asked (the system's would ask a person for a password), and none is
/// started. LIBVIRT_DEFAULT_URI names another.
///
/// state() is Refused as long as there is none. A domain that only does not run yet is looked for
/// again, ever more rarely; where libvirt cannot be reached, retry() alone looks again.
///
/// Threads: as InputSink; the looking is done by a thread of its own, since libvirt blocks.
class DomainInput final : public InputSink {
  public:
    /// Errors: System.
    static Result<std::unique_ptr<InputSink>> open(const std::string& region);

    /// Blocks: up to kLastWait while libvirt is asked. A thread that hangs there is left behind.
    ~DomainInput() override;

    std::string description() const override;

    int fd() const override { return news_.number(); }

    bool dispatch() override;

    const InputState& state() const override { return sink_ ? sink_->state() : state_; }

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

    MachineScreen* screen() override { return sink_ ? sink_->screen() : nullptr; }

  private:
    struct Search;

    DomainInput(std::shared_ptr<Search> search, StableFd news);

    static constexpr std::chrono::milliseconds kLastWait{500};

    std::shared_ptr<Search> search_;  ///< Shared with the thread.
    StableFd news_;                   ///< The search's, then the sink's.
    InputState state_;
    std::unique_ptr<InputSink> sink_;  ///< Once found.
};

}  // namespace oriel
