// SPDX-License-Identifier: MIT
#include "capture/dxgi/output_colour.h"

#include <gtest/gtest.h>

#include "abi/frame.h"

namespace oriel::dxgi_capture {
namespace {

OutputColour hdr_output() {
    OutputColour colour{.is_hdr = true, .sdr_white_millinits = 240'000, .display = {}};
    colour.display.RedPrimary[0] = 0.708F;
    colour.display.RedPrimary[1] = 0.292F;
    colour.display.WhitePoint[0] = 0.3127F;
    colour.display.MaxLuminance = 1000.0F;
    colour.display.MinLuminance = 0.01F;
    colour.display.MaxFullFrameLuminance = 600.0F;
    return colour;
}

TEST(ColourInfo, TakesEightBitsForSrgbWhateverTheOutput) {
    EXPECT_EQ(colour_info(PixelFormat::Bgra8, hdr_output()), ColourInfo());
}

TEST(ColourInfo, TakesTenBitsForHdrOnAnHdrOutputOnly) {
    EXPECT_EQ(colour_info(PixelFormat::Rgb10a2, {}), ColourInfo());

    const ColourInfo info = colour_info(PixelFormat::Rgb10a2, hdr_output());

    EXPECT_EQ(info.primaries, abi::kPrimariesBt2020);
    EXPECT_EQ(info.transfer, abi::kTransferPq);
    EXPECT_EQ(info.sdr_white_millinits, 240'000);
}

TEST(ColourInfo, TellsWhatTheDisplayCanDoAsHdr10Does) {
    const ColourInfo info = colour_info(PixelFormat::Rgba16f, hdr_output());

    EXPECT_EQ(info.primaries, abi::kPrimariesBt709);
    EXPECT_EQ(info.transfer, abi::kTransferLinear);
    EXPECT_EQ(info.hdr_primaries[0], 35'400);
    EXPECT_EQ(info.hdr_primaries[1], 14'600);
    EXPECT_EQ(info.hdr_primaries[6], 15'635);
    EXPECT_EQ(info.hdr_max_millinits, 1'000'000);
    EXPECT_EQ(info.hdr_min_millinits, 10);
    EXPECT_EQ(info.hdr_max_fall, 600);
}

TEST(ColourInfo, TakesBinary16ForScRgbOnAnSdrOutputToo) {
    const ColourInfo info = colour_info(PixelFormat::Rgba16f, {});

    EXPECT_EQ(info.transfer, abi::kTransferLinear);
    EXPECT_EQ(info.hdr_max_millinits, 0);
}

}  // namespace
}  // namespace oriel::dxgi_capture
