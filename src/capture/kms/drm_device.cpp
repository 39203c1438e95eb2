// SPDX-License-Identifier: MIT
#include "capture/kms/drm_device.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "abi/region.h"
#include "capture/kms/drm_card.h"
#include "capture/kms/drm_handles.h"
#include "capture/kms/framebuffer_reader.h"

namespace oriel::kms_capture {
namespace {

constexpr std::uint32_t kFraction = 16;

std::uint32_t refresh_of(const drmModeModeInfo& mode) {
    const std::uint64_t dots = std::uint64_t{mode.htotal} * mode.vtotal;
    const bool is_interlaced = (mode.flags & DRM_MODE_FLAG_INTERLACE) != 0;
    // The clock counts thousands; a millihertz is a thousandth.
    return dots == 0 ? 0
                     : static_cast<std::uint32_t>(std::uint64_t{mode.clock} * 1'000'000 *
                                                  (is_interlaced ? 2U : 1U) / dots);
}

KmsPlane::Kind kind_of(std::uint64_t type) {
    if (type == DRM_PLANE_TYPE_CURSOR) {
        return KmsPlane::Kind::Cursor;
    }
    return type == DRM_PLANE_TYPE_PRIMARY ? KmsPlane::Kind::Primary : KmsPlane::Kind::Overlay;
}

KmsPlane::Blend blend_of(const std::string& mode) {
    if (mode == "None") {
        return KmsPlane::Blend::None;
    }
    return mode == "Coverage" ? KmsPlane::Blend::Coverage : KmsPlane::Blend::Premultiplied;
}

class DrmDevice final : public KmsDevice {
  public:
    DrmDevice(DrmCard card, std::string connector, Reading reading)
        : card_(std::move(card)),
          wanted_connector_(std::move(connector)),
          reader_(card_, reading) {}

    std::string name() const override {
        return connector_.empty()
                   ? fmt::format("{} ({})", card_.name(), card_.driver())
                   : fmt::format("{}-{} ({})", card_.name(), connector_, card_.driver());
    }

    Result<KmsScreen> screen() override;
    Result<std::vector<KmsPlane>> planes() override;

    Result<std::shared_ptr<const MappedPixels>> pixels(std::uint32_t framebuffer) override {
        return reader_.read(framebuffer);
    }

    void rest() override;

    Result<void> wake() override { return card_.wake(); }

    bool request_vblank() override;

    int vblank_fd() const override { return card_.fd().get(); }

    std::optional<Nanoseconds> take_vblank() override;

  private:
    Result<KmsScreen> find_screen();
    std::uint32_t crtc_now();
    Result<KmsScreen> screen_of(std::uint32_t crtc);
    Result<std::optional<KmsPlane>> plane_of(std::uint32_t id);
    bool read_geometry(const DrmCard::Properties& properties, KmsPlane& plane);
    std::uint32_t crtc_of(const drmModeConnector& connector) const;

    DrmCard card_;
    const std::string wanted_connector_;  ///< Empty: any.
    std::string connector_;               ///< Of the screen.
    std::uint32_t connector_id_ = 0;      ///< Likewise; 0: none was on yet.
    KmsScreen screen_;
    FramebufferReader reader_;
    enum class Vblank : std::uint8_t { Idle, Asked, Missing } vblank_ = Vblank::Idle;
};

void DrmDevice::rest() {
    reader_.clear();
    card_.rest();
    if (vblank_ == Vblank::Asked) {
        vblank_ = Vblank::Idle;
    }
}

Result<KmsScreen> DrmDevice::screen() {
    if (const std::uint32_t crtc = crtc_now(); crtc != 0) {
        ORIEL_TRY_ASSIGN(screen_, screen_of(crtc));
        if (screen_.is_on()) {
            return screen_;
        }
    } else {
        screen_.power = KmsScreen::Power::Unset;
    }
    return find_screen();
}

/// What drives our connector: a compositor may give it another CRTC, and that one to another
/// connector. 0: nothing does.
std::uint32_t DrmDevice::crtc_now() {
    if (connector_id_ == 0) {
        return 0;
    }
    const auto properties = card_.properties(connector_id_, DRM_MODE_OBJECT_CONNECTOR);
    if (!properties) {
        return 0;
    }
    // Drivers of before atomic mode setting do not tell it here, and asking for the connector would
    // wait while the kernel reads a monitor's EDID.
    return static_cast<std::uint32_t>(value_of(*properties, "CRTC_ID").value_or(screen_.crtc));
}

/// The first that is on of those that are wanted; where none is, the one that was.
Result<KmsScreen> DrmDevice::find_screen() {
    const DrmOwned<drmModeRes> resources(drmModeGetResources(card_.fd().get()));
    if (!resources) {
        return Failure(Error::system("read the screens of " + card_.name(), errno));
    }
    for (int i = 0; i < resources->count_connectors; ++i) {
        const DrmOwned<drmModeConnector> connector(
            drmModeGetConnectorCurrent(card_.fd().get(), resources->connectors[i]));
        if (!connector) {
            continue;
        }
        const char* const type = drmModeGetConnectorTypeName(connector->connector_type);
        const std::string name =
            fmt::format("{}-{}", type == nullptr ? "Unknown" : type, connector->connector_type_id);
        const std::uint32_t crtc = crtc_of(*connector);
        if (crtc == 0 || (!wanted_connector_.empty() && name != wanted_connector_)) {
            continue;
        }
        ORIEL_TRY_ASSIGN(const KmsScreen screen, screen_of(crtc));
        if (screen.is_on()) {
            screen_ = screen;
            connector_ = name;
            connector_id_ = connector->connector_id;
            return screen_;
        }
    }
    return screen_;
}

std::uint32_t DrmDevice::crtc_of(const drmModeConnector& connector) const {
    if (connector.encoder_id == 0) {
        return 0;
    }
    const DrmOwned<drmModeEncoder> encoder(
        drmModeGetEncoder(card_.fd().get(), connector.encoder_id));
    return encoder ? encoder->crtc_id : 0;
}

/// Errors: System; a CRTC that vanished is one that is off.
Result<KmsScreen> DrmDevice::screen_of(std::uint32_t crtc) {
    KmsScreen screen;
    screen.crtc = crtc;
    const DrmOwned<drmModeCrtc> told(drmModeGetCrtc(card_.fd().get(), crtc));
    if (!told) {
        return errno == ENOENT
                   ? Result<KmsScreen>(screen)
                   : Failure(Error::system("read the screen of " + card_.name(), errno));
    }
    const bool is_plausible =
        told->mode.hdisplay <= abi::kMaxSide && told->mode.vdisplay <= abi::kMaxSide;
    if (told->mode_valid == 0 || !is_plausible) {
        return screen;
    }
    screen.size = {told->mode.hdisplay, told->mode.vdisplay};
    screen.refresh_mhz = refresh_of(told->mode);
    const auto properties = card_.properties(crtc, DRM_MODE_OBJECT_CRTC);
    const bool is_active = !properties || value_of(*properties, "ACTIVE").value_or(1) != 0;
    screen.power = is_active ? KmsScreen::Power::On : KmsScreen::Power::Off;
    return screen;
}

Result<std::vector<KmsPlane>> DrmDevice::planes() {
    const DrmOwned<drmModePlaneRes> resources(drmModeGetPlaneResources(card_.fd().get()));
    if (!resources) {
        return Failure(Error::system("read the planes of " + card_.name(), errno));
    }
    std::vector<KmsPlane> planes;
    for (std::uint32_t i = 0; i < resources->count_planes; ++i) {
        ORIEL_TRY_ASSIGN(auto plane, plane_of(resources->planes[i]));
        if (plane) {
            planes.push_back(*plane);
        }
    }
    return planes;
}

/// Nothing: it shows nothing on our screen.
Result<std::optional<KmsPlane>> DrmDevice::plane_of(std::uint32_t id) {
    const DrmOwned<drmModePlane> told(drmModeGetPlane(card_.fd().get(), id));
    if (!told || told->crtc_id != screen_.crtc || told->fb_id == 0) {
        return std::optional<KmsPlane>();
    }
    ORIEL_TRY_ASSIGN(const auto properties, card_.properties(id, DRM_MODE_OBJECT_PLANE));
    KmsPlane plane;
    plane.id = id;
    plane.framebuffer = told->fb_id;
    plane.kind = kind_of(value_of(properties, "type").value_or(DRM_PLANE_TYPE_OVERLAY));
    plane.order = value_of(properties, "zpos").value_or(0);
    plane.alpha = static_cast<std::uint32_t>(value_of(properties, "alpha").value_or(0xFFFF));
    plane.rotation = value_of(properties, "rotation").value_or(DRM_MODE_ROTATE_0);
    plane.blend = blend_of(
        card_.value_name("pixel blend mode", value_of(properties, "pixel blend mode").value_or(0)));
    plane.hot_x = static_cast<std::int32_t>(value_of(properties, "HOTSPOT_X").value_or(0));
    plane.hot_y = static_cast<std::int32_t>(value_of(properties, "HOTSPOT_Y").value_or(0));
    if (read_geometry(properties, plane)) {
        return std::optional(plane);
    }
    if (plane.kind == KmsPlane::Kind::Cursor) {
        return std::optional<KmsPlane>();
    }
    return Failure(Error::unsupported(
        fmt::format("cannot read the screen of {}: its driver does not tell where plane {} lies",
                    card_.name(),
                    id)));
}

/// False: the driver does not tell.
bool DrmDevice::read_geometry(const DrmCard::Properties& properties, KmsPlane& plane) {
    const auto number = [&](std::string_view name) {
        return static_cast<std::uint32_t>(value_of(properties, name).value_or(0));
    };
    if (value_of(properties, "SRC_W")) {
        plane.x = static_cast<std::int32_t>(number("CRTC_X"));
        plane.y = static_cast<std::int32_t>(number("CRTC_Y"));
        plane.size = {number("CRTC_W"), number("CRTC_H")};
        plane.source_x = number("SRC_X");
        plane.source_y = number("SRC_Y");
        plane.source_width = number("SRC_W");
        plane.source_height = number("SRC_H");
        return plane.size.width <= abi::kMaxSide && plane.size.height <= abi::kMaxSide;
    }
    // Drivers of before atomic mode setting: the primary plane fills the screen.
    const DrmOwned<drmModeCrtc> crtc(drmModeGetCrtc(card_.fd().get(), screen_.crtc));
    if (plane.kind != KmsPlane::Kind::Primary || !crtc) {
        return false;
    }
    plane.size = screen_.size;
    plane.source_x = crtc->x << kFraction;
    plane.source_y = crtc->y << kFraction;
    plane.source_width = screen_.size.width << kFraction;
    plane.source_height = screen_.size.height << kFraction;
    return true;
}

bool DrmDevice::request_vblank() {
    if (vblank_ == Vblank::Idle) {
        const int asked = drmCrtcQueueSequence(
            card_.fd().get(), screen_.crtc, DRM_CRTC_SEQUENCE_RELATIVE, 1, nullptr, 0);
        // A screen that was just switched off refuses in another way.
        vblank_ =
            asked == 0 ? Vblank::Asked : (errno == EOPNOTSUPP ? Vblank::Missing : Vblank::Idle);
    }
    return vblank_ == Vblank::Asked;
}

std::optional<Nanoseconds> DrmDevice::take_vblank() {
    if (vblank_ != Vblank::Asked) {
        return std::nullopt;
    }
    std::array<std::byte, 1024> bytes{};
    const ssize_t got = ::read(card_.fd().get(), bytes.data(), bytes.size());
    const std::size_t size = got < 0 ? 0 : static_cast<std::size_t>(got);
    std::optional<Nanoseconds> when;
    drm_event head{};
    for (std::size_t at = 0; size - at >= sizeof(head); at += head.length) {
        std::memcpy(&head, bytes.data() + at, sizeof(head));
        drm_event_crtc_sequence event{};
        if (head.length < sizeof(head) || head.length > size - at) {
            break;
        }
        if (head.type == DRM_EVENT_CRTC_SEQUENCE && head.length >= sizeof(event)) {
            std::memcpy(&event, bytes.data() + at, sizeof(event));
            when = Nanoseconds(event.time_ns);
            vblank_ = Vblank::Idle;
        }
    }
    return when;
}

/// In order: any screen that is on, before a card without one.
Result<std::unique_ptr<KmsDevice>> open_on(const std::string& name,
                                           const std::string& connector,
                                           Reading reading) {
    ORIEL_TRY_ASSIGN(DrmCard card, DrmCard::open(name));
    auto device = std::make_unique<DrmDevice>(std::move(card), connector, reading);
    ORIEL_TRY_ASSIGN(const KmsScreen screen, device->screen());
    if (!screen.is_on()) {
        return Failure(Error::not_found(
            fmt::format("no screen is on at {}{}{}: start a console, X server or compositor on it",
                        name,
                        connector.empty() ? "" : "-",
                        connector)));
    }
    return device;
}

}  // namespace

Result<std::unique_ptr<KmsDevice>> open_drm_device(const std::string& which, Reading reading) {
    const ScreenName wanted = ScreenName::parse(which);
    const std::vector<std::string> names =
        wanted.card.empty() ? drm_card_names() : std::vector{wanted.card};
    std::optional<Error> first_error;
    for (const std::string& name : names) {
        auto device = open_on(name, wanted.connector, reading);
        if (device) {
            return device;
        }
        // What stands in the way counts for more than a card that shows nothing.
        if (!first_error || (first_error->kind == ErrorKind::NotFound &&
                             device.error().kind == ErrorKind::System)) {
            first_error = device.error();
        }
    }
    return Failure(std::move(first_error)
                       .value_or(Error::not_found("no DRM device to read a screen from: /dev/dri "
                                                  "has no card; load the driver of this "
                                                  "machine's GPU")));
}

ScreenName ScreenName::parse(const std::string& text) {
    if (!text.starts_with("card")) {
        return {"", text};
    }
    const std::size_t dash = text.find('-');
    return dash == std::string::npos ? ScreenName{text, ""}
                                     : ScreenName{text.substr(0, dash), text.substr(dash + 1)};
}

}  // namespace oriel::kms_capture
