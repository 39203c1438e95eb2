// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "wine/driver/ivshmem_stand_in.h"

namespace oriel::test {

/// An ivshmem device that a test wants the Windows machine to have.
struct DeviceWish {
    enum class Kind : std::uint8_t { Plain, Doorbell };

    std::uint64_t bytes = 0;
    Kind kind = Kind::Doorbell;
    std::string place = {};  ///< "00:05.0"; empty: there and on.
};

/// The host's end of such a device: its memory, a file in /dev/shm, and its doorbells.
///
/// Lifetime: the files are removed with this object.
/// Trust: a test's own.
class StandInDevice {
  public:
    /// The file of the doorbells of the device whose memory is `path`.
    static std::string bell_of(const std::string& path) { return path + ".bell"; }

    /// Errors: System.
    static Result<StandInDevice> make(std::string path, const DeviceWish& wish);

    StandInDevice(StandInDevice&& other) noexcept;
    StandInDevice& operator=(StandInDevice&&) = delete;
    StandInDevice(const StandInDevice&) = delete;
    StandInDevice& operator=(const StandInDevice&) = delete;
    ~StandInDevice();

    /// The file that is its memory; a target for `oriel view` as well.
    const std::string& path() const { return path_; }

    const std::string& place() const { return place_; }

    const MappedMemory& memory() const { return memory_; }

    /// Interrupts the Windows machine.
    void interrupt(unsigned vector = 0) const;

    /// How often the Windows machine rang that peer.
    std::uint32_t rung(unsigned peer) const;

    /// Rung where there is no such peer or vector.
    std::uint32_t rung_elsewhere() const;

    bool is_mapped() const { return cache_mode() != STAND_IN_NOT_MAPPED; }

    /// 2: write-combined.
    std::uint32_t cache_mode() const;

    std::uint32_t registered_events() const;

    /// What the device's register says of the machine's number; below 0: nobody serves the device.
    void set_position(std::int32_t position) const;

  private:
    StandInDevice(std::string path, std::string place)
        : path_(std::move(path)), place_(std::move(place)) {}

    StandInBell& bell() const;

    std::string path_;
    std::string place_;
    MappedMemory memory_;
    MappedMemory bell_;
};

}  // namespace oriel::test
