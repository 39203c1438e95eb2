// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <xf86drm.h>
#include <xf86drmMode.h>

namespace oriel::kms_capture {

/// Frees what libdrm hands out, each by its own function.
struct DrmFree {
    void operator()(drmModeRes* it) const { drmModeFreeResources(it); }

    void operator()(drmModePlaneRes* it) const { drmModeFreePlaneResources(it); }

    void operator()(drmModePlane* it) const { drmModeFreePlane(it); }

    void operator()(drmModeCrtc* it) const { drmModeFreeCrtc(it); }

    void operator()(drmModeConnector* it) const { drmModeFreeConnector(it); }

    void operator()(drmModeEncoder* it) const { drmModeFreeEncoder(it); }

    void operator()(drmModeObjectProperties* it) const { drmModeFreeObjectProperties(it); }

    void operator()(drmModePropertyRes* it) const { drmModeFreeProperty(it); }

    void operator()(drmModeFB2* it) const { drmModeFreeFB2(it); }

    void operator()(drmVersion* it) const { drmFreeVersion(it); }
};

template <class T>
using DrmOwned = std::unique_ptr<T, DrmFree>;

}  // namespace oriel::kms_capture
