// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include <windows.h>
#include <winioctl.h>

namespace oriel {

// What virtio-win's ivshmem driver offers to programs (its ivshmem/Public.h). It compares the sizes
// of both buffers for equality.

inline constexpr GUID kIvshmemInterface{
    0xdf576976, 0x569d, 0x4672, {0x95, 0xa0, 0xf5, 0x7e, 0x4e, 0xa0, 0xb2, 0x10}};

constexpr DWORD ivshmem_code(DWORD number) {
    return CTL_CODE(FILE_DEVICE_UNKNOWN, number, METHOD_BUFFERED, FILE_ANY_ACCESS);
}

inline constexpr DWORD kIvshmemSize = ivshmem_code(0x801);           ///< Out: std::uint64_t.
inline constexpr DWORD kIvshmemMap = ivshmem_code(0x802);            ///< In: std::uint8_t.
inline constexpr DWORD kIvshmemRing = ivshmem_code(0x804);           ///< In: IvshmemRing.
inline constexpr DWORD kIvshmemRegisterEvent = ivshmem_code(0x805);  ///< In: IvshmemEvent.

inline constexpr std::uint8_t kIvshmemWriteCombined = 2;

/// What mapping answers.
struct IvshmemMapping {
    std::uint16_t peer;     ///< 0x00  Ours.
    std::uint64_t size;     ///< 0x08
    void* address;          ///< 0x10  In this process.
    std::uint16_t vectors;  ///< 0x18  0: a device without interrupts, hence without doorbells.
};

static_assert(sizeof(IvshmemMapping) == 0x20);
static_assert(offsetof(IvshmemMapping, size) == 0x08);
static_assert(offsetof(IvshmemMapping, address) == 0x10);
static_assert(offsetof(IvshmemMapping, vectors) == 0x18);

struct IvshmemRing {
    std::uint16_t peer;    ///< 0x00
    std::uint16_t vector;  ///< 0x02
};

static_assert(sizeof(IvshmemRing) == 4);

struct IvshmemEvent {
    std::uint16_t vector;  ///< 0x00
    HANDLE event;          ///< 0x08
    BOOLEAN is_single;     ///< 0x10  Set once, and forgotten then.
};

static_assert(sizeof(IvshmemEvent) == 0x18);
static_assert(offsetof(IvshmemEvent, event) == 0x08);
static_assert(offsetof(IvshmemEvent, is_single) == 0x10);

}  // namespace oriel
