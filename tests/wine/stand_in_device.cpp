// SPDX-License-Identifier: MIT
#include "wine/stand_in_device.h"

#include <atomic>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace oriel::test {
namespace {

constexpr std::uint64_t kBellBytes = 4096;

Result<MappedMemory> make_file(const std::string& path, std::uint64_t bytes) {
    const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file || ::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0) {
        return Failure(Error::system("make " + path, errno));
    }
    return MappedMemory::map(file, Access::ReadWrite, path);
}

std::uint32_t load(std::uint32_t& word) {
    return std::atomic_ref(word).load();
}

}  // namespace

Result<StandInDevice> StandInDevice::make(std::string path, const DeviceWish& wish) {
    StandInDevice device(std::move(path), wish.place);
    ORIEL_TRY_ASSIGN(device.memory_, make_file(device.path_, wish.bytes));
    if (wish.kind == DeviceWish::Kind::Doorbell) {
        ORIEL_TRY_ASSIGN(device.bell_, make_file(bell_of(device.path_), kBellBytes));
        device.bell().vectors = 1;
        device.bell().cache_mode = STAND_IN_NOT_MAPPED;
    }
    return device;
}

StandInDevice::StandInDevice(StandInDevice&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      place_(std::move(other.place_)),
      memory_(std::move(other.memory_)),
      bell_(std::move(other.bell_)) {}

StandInDevice::~StandInDevice() {
    if (!path_.empty()) {
        ::unlink(path_.c_str());
        ::unlink(bell_of(path_).c_str());
    }
}

/// A device without a doorbell has none of it: asking is a test's own fault.
StandInBell& StandInDevice::bell() const {
    ORIEL_ASSERT(bell_.bytes().size() >= sizeof(StandInBell));
    return *reinterpret_cast<StandInBell*>(bell_.bytes().data());
}

void StandInDevice::interrupt(unsigned vector) const {
    ORIEL_ASSERT(vector < STAND_IN_VECTORS);
    std::atomic_ref(bell().wanted[vector]).fetch_add(1);
}

std::uint32_t StandInDevice::rung(unsigned peer) const {
    ORIEL_ASSERT(peer < STAND_IN_PEERS);
    return load(bell().rung[peer]);
}

std::uint32_t StandInDevice::rung_elsewhere() const {
    return load(bell().rung_elsewhere);
}

std::uint32_t StandInDevice::cache_mode() const {
    return load(bell().cache_mode);
}

std::uint32_t StandInDevice::registered_events() const {
    return load(bell().events);
}

void StandInDevice::set_position(std::int32_t position) const {
    std::atomic_ref(bell().position).store(position);
}

}  // namespace oriel::test
