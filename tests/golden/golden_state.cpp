// SPDX-License-Identifier: MIT
#include "golden/golden_state.h"

#include <algorithm>
#include <istream>
#include <ostream>
#include <string>

#include "abi/broker.h"

namespace oriel {
namespace {

constexpr Size kSize{16, 8};
constexpr std::uint64_t kEpoch = 0x1111222233334444;
constexpr std::uint64_t kNonce = 0x5555666677778888;
constexpr std::uint32_t kViewer = 2;
constexpr std::size_t kRun = 32;  // Bytes a line.

FrameGeometry geometry() {
    return {kSize, 256, PixelFormat::Bgra8, 0};
}

PublisherDescription description() {
    return {.agent = "golden-agent 1.0",
            .host_name = "golden-guest",
            .source = "golden source",
            .clock_domain = 0xC10C,
            .process = 4321,
            .outputs = {{.needs = {slot_bytes_for(geometry()), 3},
                         .id = 7,
                         .name = "GOLD-1",
                         .x = -1920,
                         .y = 40,
                         .refresh_mhz = 59'940}}};
}

FrameContent content(const Damage& damage) {
    FrameContent content{.damage = damage,
                         .capture_start = Nanoseconds(1002),
                         .vblank = Nanoseconds(1001),
                         .colour = {},
                         .content_type = abi::kContentGame};
    content.colour.sdr_white_millinits = 203'000;
    content.colour.hdr_primaries = {34'000, 16'000, 13'250, 34'500, 7'500, 3'000, 15'635, 16'450};
    content.colour.hdr_max_millinits = 1'000'000;
    content.colour.hdr_min_millinits = 5;
    content.colour.hdr_max_cll = 900;
    content.colour.hdr_max_fall = 400;
    return content;
}

/// Pixel n of a frame is n times `factor`.
void paint(std::span<std::byte> pixels, std::uint32_t factor) {
    for (std::uint32_t y = 0; y < kSize.height; ++y) {
        for (std::uint32_t x = 0; x < kSize.width; ++x) {
            const std::uint32_t pixel = (y * kSize.width + x) * factor;
            std::memcpy(pixels.data() + std::size_t{y} * 256 + x * 4U, &pixel, sizeof(pixel));
        }
    }
}

void publish(Publisher& publisher, std::uint32_t factor, const Damage& damage) {
    const auto lease = publisher.begin_frame(0, geometry(), Nanoseconds(1003));
    ORIEL_ASSERT(lease);
    paint(lease->pixels, factor);
    publisher.finish_frame(content(damage), Nanoseconds(1004));
}

void publish_frames(Publisher& publisher) {
    publish(publisher, 1, Damage::whole(kSize));
    Damage second(Rect{1, 2, 3, 4});
    second.add(Rect{10, 0, 2, 8});
    publish(publisher, 0x101, second);
    static_cast<void>(publisher.begin_frame(0, geometry(), Nanoseconds(1005)));
    publisher.announce_frame(content(Damage(Rect{0, 0, 1, 1})), Nanoseconds(1006));
    publisher.abort_frame({});
    publish(publisher, 0x10101, Damage(Rect{5, 5, 5, 3}));
    static_cast<void>(publisher.begin_frame(0, geometry(), Nanoseconds(1007)));
    publisher.announce_frame(content(Damage(Rect{0, 0, 16, 4})), Nanoseconds(1008));
    publisher.rows_ready(3);
}

void show_cursor(Publisher& publisher) {
    CursorImage image{.kind = CursorKind::Masked,
                      .size = {4, 3},
                      .stride = 16,
                      .hot_x = 1,
                      .hot_y = 2,
                      .pixels = std::vector<std::byte>(48, std::byte{0x5A})};
    publisher.cursor(0).set_image(image, Nanoseconds(1010));
    publisher.cursor(0).set_position({-3, 5, CursorPosition::Visibility::Shown}, Nanoseconds(1011));
}

abi::ViewerPage viewer_page() {
    abi::ViewerPage page{};
    page.nonce = kNonce;
    page.tick = 9;
    page.flags = abi::kViewerVisible | abi::kViewerDoorbell;
    page.page_size = sizeof(page);
    page.minor = 0;
    page.instance = 0x1257A9CE;
    page.holds[0] = 2 | 2U << abi::kHoldSlotBits;
    page.seen[0] = 2;
    page.ping_id = 6;
    page.ping_ns = 5000;
    page.messages_written = 24;
    page.refresh_mhz = 144'000;
    page.refresh_phase_ns = 6000;
    return page;
}

abi::BrokerPage broker_page() {
    abi::BrokerPage page{};
    page.mark = abi::kBrokerMark;
    page.page_size = sizeof(page);
    page.slots = 3;
    page.region_size = abi::kMinRegionSize;
    page.instance = 0xB0B0;
    page.changes = 4;
    page.vm_connected = 1;
    page.viewers = 1U << kViewer;
    std::ranges::copy(std::string_view("golden"), page.name);
    page.modes[0] = {16, 8, 60'000, 0};
    std::ranges::copy(std::string_view("spice:unix"), page.input_uri);
    return page;
}

}  // namespace

void make_golden_state(TestRegion& region) {
    const SharedBytes shared = region.shared();
    shared.store(region.broker(), broker_page());
    auto publisher =
        Publisher::start(region.bytes(), description(), kEpoch, kNonce, Nanoseconds(1000));
    ORIEL_ASSERT(publisher);
    shared.store(region.viewer(kViewer), viewer_page());
    const std::uint64_t ring = region.viewer(kViewer) + abi::kPage;
    shared.store(ring, abi::MessageHeader{abi::kMessageModeWanted, sizeof(abi::ModeWanted)});
    shared.store(ring + 8, abi::ModeWanted{0, 32, 16, 60'000});
    publisher->board().survey(Nanoseconds(1020));
    static_cast<void>(publisher->board().next_message());
    const abi::ModeAnswer answer{0, 1};
    publisher->board().send(kViewer, abi::kMessageModeAnswer, std::as_bytes(std::span(&answer, 1)));
    publish_frames(*publisher);
    show_cursor(*publisher);
    publisher->tick(Nanoseconds(1030));
}

void write_golden(std::ostream& out, std::span<const std::byte> region) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto hex = [&](std::uint64_t value, int digits) {
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            out << kDigits[value >> static_cast<unsigned>(shift) & 0xFU];
        }
    };
    for (std::size_t offset = 0; offset < region.size(); offset += kRun) {
        const auto run = region.subspan(offset, kRun);
        if (std::ranges::all_of(run, [](std::byte byte) { return byte == std::byte{0}; })) {
            continue;
        }
        hex(offset, 6);
        out << ' ';
        for (const std::byte byte : run) {
            hex(std::to_integer<std::uint64_t>(byte), 2);
        }
        out << '\n';
    }
}

bool read_golden(std::istream& in, std::span<std::byte> region) {
    std::uint64_t offset = 0;
    std::string bytes;
    std::size_t lines = 0;
    for (; in >> std::hex >> offset >> bytes; ++lines) {
        if (bytes.size() != 2 * kRun || offset > region.size() - kRun) {
            return false;
        }
        for (std::size_t i = 0; i < kRun; ++i) {
            region[static_cast<std::size_t>(offset) + i] =
                static_cast<std::byte>(std::stoul(bytes.substr(2 * i, 2), nullptr, 16));
        }
    }
    return in.eof() && lines > 0;
}

}  // namespace oriel
