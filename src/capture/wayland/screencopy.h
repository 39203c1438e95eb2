// SPDX-License-Identifier: MIT
#pragma once

#include "capture/wayland/frame_copier.h"

namespace oriel::wayland_capture {

/// By wlr-screencopy, version 2 and up: the pointer is in the picture, since nobody tells where it
/// is, and each copy is a whole one.
class Screencopy final : public FrameCopier {
  public:
    explicit Screencopy(zwlr_screencopy_manager_v1* manager) : manager_(manager) {}

    void ask(wl_output* output) override;
    void arm(wl_buffer* buffer, const Damage& stale, When when) override;
    void finish() override;
    void drop() override;

    bool copies_all() const override { return true; }

    const char* name() const override { return "wlr-screencopy"; }

  private:
    static const zwlr_screencopy_frame_v1_listener kListener;

    void note_offered();

    zwlr_screencopy_manager_v1* manager_;
    Proxy<zwlr_screencopy_frame_v1> frame_;
    When when_ = When::Changed;
};

}  // namespace oriel::wayland_capture
