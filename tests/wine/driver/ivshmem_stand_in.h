// SPDX-License-Identifier: MIT
#pragma once

/* What the stand-in for the ivshmem driver shares with the Linux side of a test: the file
 * "NAME.bell" beside the file NAME that is a device's memory. It plays the device's registers: for
 * C and C++, on both systems. Every word is read and written by itself. */

#include <stdint.h>

#define STAND_IN_VECTORS 32
#define STAND_IN_PEERS 64
#define STAND_IN_NOT_MAPPED 0xffffffffU

struct StandInBell {
    int32_t position; /* The test's: the machine's number among the peers; below 0: not served. */
    uint32_t vectors; /* The test's: how many interrupts the device has. */
    uint32_t cache_mode; /* The driver's: as the memory is mapped, or STAND_IN_NOT_MAPPED. */
    uint32_t events;     /* The driver's: how many are registered. */
    uint32_t wanted[STAND_IN_VECTORS]; /* The test counts up: an interrupt of that vector. */
    uint32_t rung[STAND_IN_PEERS];     /* The driver counts up: that peer's vector 0 was rung. */
    uint32_t rung_elsewhere;           /* The driver counts up: any other peer or vector. */
};
