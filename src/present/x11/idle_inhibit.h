// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "present/presenter.h"
#include "present/x11/connection.h"

namespace oriel {

/// Keeps the X server's own screen saver and power saving from starting (MIT-SCREEN-SAVER). A
/// locker that has its own clock, as desktops have, is not told.
///
/// It ends with the connection, however that ends.
class X11IdleInhibit {
  public:
    explicit X11IdleInhibit(const X11Connection& connection) : connection_(&connection) {}

    /// Blocks: two round trips at the first call. Without the extension nothing happens.
    void set(Presenter::Idle idle);

  private:
    bool is_known();

    const X11Connection* connection_;
    std::optional<bool> is_known_;
    Presenter::Idle idle_ = Presenter::Idle::Allowed;
};

}  // namespace oriel
