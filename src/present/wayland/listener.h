// SPDX-License-Identifier: MIT
#pragma once

namespace oriel {

/// Makes a Wayland event call a member function of the object that was named as the listener's
/// data: `.configure = WaylandEvent<&WaylandWindow::take_size>::call`.
template <auto Method>
struct WaylandEvent;

template <class Class, class... Args, void (Class::*Method)(Args...)>
struct WaylandEvent<Method> {
    template <class Proxy>
    static void call(void* data, Proxy* /*proxy*/, Args... args) {
        (static_cast<Class*>(data)->*Method)(args...);
    }
};

/// For events that say nothing to us.
template <class... Args>
void ignore_wayland_event(void* /*data*/, Args... /*args*/) {}

}  // namespace oriel
