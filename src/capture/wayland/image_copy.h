// SPDX-License-Identifier: MIT
#pragma once

#include "capture/wayland/frame_copier.h"

namespace oriel::wayland_capture {

/// By ext-image-copy-capture: the compositor is told what in a buffer is old, and may copy no more
/// than that and what changed. The pointer is in the picture.
class ImageCopy final : public FrameCopier {
  public:
    ImageCopy(ext_image_copy_capture_manager_v1* manager,
              ext_output_image_capture_source_manager_v1* sources)
        : manager_(manager), sources_(sources) {}

    void ask(wl_output* output) override;
    void arm(wl_buffer* buffer, const Damage& stale, When when) override;
    void finish() override;
    void drop() override;

    bool copies_all() const override { return false; }

    const char* name() const override { return "ext-image-copy-capture"; }

  private:
    static const ext_image_copy_capture_session_v1_listener kSessionListener;
    static const ext_image_copy_capture_frame_v1_listener kFrameListener;

    void note_offered();

    ext_image_copy_capture_manager_v1* manager_;
    ext_output_image_capture_source_manager_v1* sources_;
    Proxy<ext_image_copy_capture_session_v1> session_;
    Proxy<ext_image_copy_capture_frame_v1> frame_;
    BufferOffer coming_;  ///< Until the compositor says that it is complete.
};

}  // namespace oriel::wayland_capture
