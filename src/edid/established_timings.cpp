// SPDX-License-Identifier: MIT
#include "edid/established_timings.h"

#include <array>

namespace oriel {
namespace {

// As VESA's standards list them, one for each bit, the highest of the first byte first.
constexpr std::array<VideoFormat, 17> kFirstAndSecond{{
    {720, 400, 70'082, false},
    {720, 400, 87'850, false},
    {640, 480, 59'940, false},
    {640, 480, 66'667, false},
    {640, 480, 72'809, false},
    {640, 480, 75'000, false},
    {800, 600, 56'250, false},
    {800, 600, 60'317, false},
    {800, 600, 72'188, false},
    {800, 600, 75'000, false},
    {832, 624, 74'551, false},
    {1024, 768, 86'958, true},
    {1024, 768, 60'004, false},
    {1024, 768, 70'069, false},
    {1024, 768, 75'029, false},
    {1280, 1024, 75'025, false},
    {1152, 870, 75'062, false},
}};

constexpr std::array<VideoFormat, 44> kThird{{
    {640, 350, 85'080, false},   {640, 400, 85'080, false},   {720, 400, 85'039, false},
    {640, 480, 85'008, false},   {848, 480, 60'000, false},   {800, 600, 85'061, false},
    {1024, 768, 84'997, false},  {1152, 864, 75'000, false},  {1280, 768, 59'995, false},
    {1280, 768, 59'870, false},  {1280, 768, 74'893, false},  {1280, 768, 84'837, false},
    {1280, 960, 60'000, false},  {1280, 960, 85'002, false},  {1280, 1024, 60'020, false},
    {1280, 1024, 85'024, false}, {1360, 768, 60'015, false},  {1440, 900, 59'901, false},
    {1440, 900, 59'887, false},  {1440, 900, 74'984, false},  {1440, 900, 84'842, false},
    {1400, 1050, 59'948, false}, {1400, 1050, 59'978, false}, {1400, 1050, 74'867, false},
    {1400, 1050, 84'960, false}, {1680, 1050, 59'883, false}, {1680, 1050, 59'954, false},
    {1680, 1050, 74'892, false}, {1680, 1050, 84'941, false}, {1600, 1200, 60'000, false},
    {1600, 1200, 65'000, false}, {1600, 1200, 70'000, false}, {1600, 1200, 75'000, false},
    {1600, 1200, 85'000, false}, {1792, 1344, 60'000, false}, {1792, 1344, 74'997, false},
    {1856, 1392, 59'995, false}, {1856, 1392, 75'000, false}, {1920, 1200, 59'950, false},
    {1920, 1200, 59'885, false}, {1920, 1200, 74'930, false}, {1920, 1200, 84'932, false},
    {1920, 1440, 60'000, false}, {1920, 1440, 75'000, false},
}};

template <std::size_t kCount>
std::vector<VideoFormat> chosen(const std::array<VideoFormat, kCount>& formats,
                                std::span<const std::uint8_t> bits) {
    std::vector<VideoFormat> found;
    for (std::size_t i = 0; i < formats.size() && i / 8 < bits.size(); ++i) {
        if ((bits[i / 8] & (0x80U >> (i % 8))) != 0) {
            found.push_back(formats[i]);
        }
    }
    return found;
}

}  // namespace

std::vector<VideoFormat> established_timings(std::span<const std::uint8_t> bits) {
    return chosen(kFirstAndSecond, bits);
}

std::vector<VideoFormat> third_established_timings(std::span<const std::uint8_t> bits) {
    return chosen(kThird, bits);
}

}  // namespace oriel
