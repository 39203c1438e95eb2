// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

namespace oriel {

/// Owns one operating-system handle and closes it once.
///
/// `Traits` names the raw type and its rules; see base/linux/fd.h and base/windows/handle.h.
/// There is one such template and no hand-written twin of it, so a fix lands everywhere.
///
/// Lifetime: a moved-from or default-made object owns nothing and may be destroyed or assigned.
/// Threads: as safe as an int; share it by reference only under a lock.
template <class Traits>
class UniqueHandle {
  public:
    using Raw = typename Traits::Raw;

    UniqueHandle() = default;

    /// Takes over `raw`; the caller must not close it any more.
    explicit UniqueHandle(Raw raw) : raw_(raw) {}

    UniqueHandle(UniqueHandle&& other) noexcept : raw_(other.release()) {}

    UniqueHandle& operator=(UniqueHandle&& other) noexcept {
        if (this != &other) {
            reset(other.release());
        }
        return *this;
    }

    UniqueHandle(const UniqueHandle&) = delete;
    UniqueHandle& operator=(const UniqueHandle&) = delete;

    ~UniqueHandle() { reset(); }

    explicit operator bool() const { return Traits::is_open(raw_); }

    /// Lends the raw handle for one call. Do not keep it.
    Raw get() const { return raw_; }

    /// Gives the handle up without closing it.
    [[nodiscard]] Raw release() noexcept { return std::exchange(raw_, Traits::closed()); }

    void reset(Raw raw = Traits::closed()) noexcept {
        const Raw old = std::exchange(raw_, raw);
        if (Traits::is_open(old)) {
            Traits::close(old);
        }
    }

  private:
    Raw raw_ = Traits::closed();
};

}  // namespace oriel
