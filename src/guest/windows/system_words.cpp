// SPDX-License-Identifier: MIT
#include "guest/system_words.h"

namespace oriel {

const char* const kRegionWords = "pci[:BUS:DEVICE.FUNCTION] | file:PATH[,size=MiB]";
const char* const kCaptureWords =
    "auto[:SCREEN] | dxgi[:SCREEN] | d3d12[:SCREEN] | wgc[:SCREEN] | gdi[:SCREEN] | "
    "pattern[:WxH[@HZ][,full|rect|still]]";
const char* const kDisplayWords = nullptr;

}  // namespace oriel
