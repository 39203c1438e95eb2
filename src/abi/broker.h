// SPDX-License-Identifier: MIT
#pragma once

#include "abi/region.h"

namespace oriel::abi {

inline constexpr std::uint64_t kBrokerMark = 0x314b4f52424c524fU;  ///< "ORLBROK1" as bytes.

struct WantedMode {
    std::uint32_t width;  ///< 0: no wish.
    std::uint32_t height;
    std::uint32_t refresh_mhz;
    std::uint32_t reserved;
};

/// What the broker says of the region. Written by the broker alone; all zeros where there is none.
struct BrokerPage {
    // Line 0
    std::uint64_t mark;          ///< 0x00  kBrokerMark.
    std::uint32_t page_size;     ///< 0x08  Bytes of this struct.
    std::uint32_t slots;         ///< 0x0C  Slots wanted for each output; 0: the publisher's choice.
    std::uint64_t region_size;   ///< 0x10
    std::uint64_t instance;      ///< 0x18  Random, one for each life of the memory.
    std::uint64_t reserved0[4];  ///< 0x20
    // Line 1: moves.
    std::uint64_t changes;              ///< 0x40  Counts changes of this line.
    std::uint32_t publisher_connected;  ///< 0x48  A publisher on the host: 1, gone: 0.
    std::uint32_t vm_connected;         ///< 0x4C  QEMU: 1, gone: 0.
    std::uint32_t viewers;              ///< 0x50  Bit n: index n is lent to a viewer.
    std::uint32_t reserved1[11];        ///< 0x54
    // Fixed.
    char name[64];                  ///< 0x80  The region's name, zero-padded.
    WantedMode modes[kMaxOutputs];  ///< 0xC0
    char input_uri[256];  ///< 0x100 What `--input` said. Not to be followed: see viewer.sock.
};

static_assert(sizeof(BrokerPage) == 0x200 && sizeof(BrokerPage) <= kPage);
static_assert(offsetof(BrokerPage, changes) == 0x40 && offsetof(BrokerPage, name) == 0x80);

}  // namespace oriel::abi
