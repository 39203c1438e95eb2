// SPDX-License-Identifier: MIT
#pragma once

#include <glib-object.h>

#include "base/unique_handle.h"

namespace oriel {

/// A reference to a GObject of type T.
template <class T>
struct ObjectTraits {
    using Raw = T*;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { g_object_unref(raw); }
};

template <class T>
using UniqueObject = UniqueHandle<ObjectTraits<T>>;

/// A source of events in a GLib loop: taken out of it when this is gone.
struct SourceTraits {
    using Raw = GSource*;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept {
        g_source_destroy(raw);
        g_source_unref(raw);
    }
};

using UniqueSource = UniqueHandle<SourceTraits>;

}  // namespace oriel
