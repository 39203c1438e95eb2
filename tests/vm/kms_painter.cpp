// SPDX-License-Identifier: MIT
// Draws on a screen as a compositor does, for tests in a virtual machine: sets a mode, flips
// between two framebuffers, moves a hardware cursor. Only the kernel's calls, so that it runs
// without a library.
//
//   kms_painter WIDTHxHEIGHT FLIPS [rg16] [direct]
//
// rg16: 16 bits a pixel. direct: draws into the one framebuffer that is shown, telling nobody.
// Prints "painted" after the last frame, then keeps the screen until it is ended.
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include <drm.h>
#include <drm_fourcc.h>
#include <drm_mode.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

constexpr std::uint32_t kCursorSide = 64;

struct Options {
    std::uint32_t width = 1024;
    std::uint32_t height = 768;
    std::uint32_t flips = 60;
    std::uint32_t bits = 32;
    bool is_direct = false;
};

struct Buffer {
    std::uint32_t framebuffer = 0;
    std::uint32_t handle = 0;
    std::uint32_t pitch = 0;
    std::byte* pixels = nullptr;
};

struct Output {
    std::uint32_t connector = 0;
    std::uint32_t crtc = 0;
    drm_mode_modeinfo mode{};
};

[[noreturn]] void fail(const char* what) {
    std::printf("cannot %s: %s\n", what, std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
    std::exit(1);                                                // NOLINT(concurrency-mt-unsafe)
}

std::uint64_t address_of(void* place) {
    return reinterpret_cast<std::uintptr_t>(place);
}

template <class Argument>
void call(int card, unsigned long request, Argument& argument, const char* what) {
    int done = -1;
    do {
        done = ::ioctl(card, request, &argument);
    } while (done < 0 && (errno == EINTR || errno == EAGAIN));
    if (done < 0) {
        fail(what);
    }
}

Options parse(int argc, char** argv) {
    Options options;
    if (argc < 3 || std::sscanf(argv[1], "%ux%u", &options.width, &options.height) != 2 ||
        std::sscanf(argv[2], "%u", &options.flips) != 1) {
        std::puts("usage: kms_painter WIDTHxHEIGHT FLIPS [rg16] [direct]");
        std::exit(2);  // NOLINT(concurrency-mt-unsafe)
    }
    for (int i = 3; i < argc; ++i) {
        const std::string_view word = argv[i];
        options.bits = word == "rg16" ? 16 : options.bits;
        options.is_direct = options.is_direct || word == "direct";
    }
    return options;
}

Output find_output(int card, const Options& options) {
    std::array<std::uint32_t, 16> crtcs{};
    std::array<std::uint32_t, 16> connectors{};
    drm_mode_card_res resources{};
    resources.crtc_id_ptr = address_of(crtcs.data());
    resources.count_crtcs = crtcs.size();
    resources.connector_id_ptr = address_of(connectors.data());
    resources.count_connectors = connectors.size();
    call(card, DRM_IOCTL_MODE_GETRESOURCES, resources, "read the screens");
    Output output{connectors[0], crtcs[0], {}};
    drm_mode_get_connector connector{};
    connector.connector_id = output.connector;
    call(card, DRM_IOCTL_MODE_GETCONNECTOR, connector, "read the connector");
    std::vector<drm_mode_modeinfo> modes(connector.count_modes);
    connector.modes_ptr = address_of(modes.data());
    connector.count_props = 0;
    connector.count_encoders = 0;
    call(card, DRM_IOCTL_MODE_GETCONNECTOR, connector, "read the modes");
    for (const drm_mode_modeinfo& mode : modes) {
        if (mode.hdisplay == options.width && mode.vdisplay == options.height) {
            output.mode = mode;
            return output;
        }
    }
    std::printf("no mode %ux%u\n", options.width, options.height);
    std::exit(1);  // NOLINT(concurrency-mt-unsafe)
}

Buffer make_buffer(int card, std::uint32_t width, std::uint32_t height, std::uint32_t bits) {
    drm_mode_create_dumb dumb{};
    dumb.width = width;
    dumb.height = height;
    dumb.bpp = bits;
    call(card, DRM_IOCTL_MODE_CREATE_DUMB, dumb, "make a buffer");
    drm_mode_map_dumb map{};
    map.handle = dumb.handle;
    call(card, DRM_IOCTL_MODE_MAP_DUMB, map, "map a buffer");
    void* const place = ::mmap(nullptr,
                               dumb.size,
                               PROT_READ | PROT_WRITE,
                               MAP_SHARED,
                               card,
                               static_cast<off_t>(map.offset));
    if (place == MAP_FAILED) {
        fail("map a buffer");
    }
    return {0, dumb.handle, dumb.pitch, static_cast<std::byte*>(place)};
}

void make_framebuffer(int card, const Options& options, Buffer& buffer) {
    drm_mode_fb_cmd2 framebuffer{};
    framebuffer.width = options.width;
    framebuffer.height = options.height;
    framebuffer.pixel_format = options.bits == 16 ? DRM_FORMAT_RGB565 : DRM_FORMAT_XRGB8888;
    framebuffer.handles[0] = buffer.handle;
    framebuffer.pitches[0] = buffer.pitch;
    call(card, DRM_IOCTL_MODE_ADDFB2, framebuffer, "make a framebuffer");
    buffer.framebuffer = framebuffer.fb_id;
}

void put(
    const Options& options, Buffer& buffer, std::uint32_t x, std::uint32_t y, std::uint32_t value) {
    const std::size_t step = options.bits / 8;
    std::memcpy(buffer.pixels + std::size_t{y} * buffer.pitch + x * step, &value, step);
}

/// All values of all channels are in it.
std::uint32_t ground(std::uint32_t x, std::uint32_t y) {
    return (x & 255U) << 16U | (y & 255U) << 8U | ((x ^ y) & 255U);
}

/// A box that walks over the ground; each frame draws only its band anew.
void draw_frame(const Options& options, Buffer& buffer, std::uint32_t frame) {
    const std::uint32_t box = frame * 8 % (options.width - 64);
    for (std::uint32_t y = 200; y < 264; ++y) {
        for (std::uint32_t x = 0; x < options.width; ++x) {
            const bool is_box = x >= box && x < box + 64;
            put(options, buffer, x, y, is_box ? 0xFFFFFFU - frame : ground(x, y));
        }
    }
}

void draw_ground(const Options& options, Buffer& buffer) {
    for (std::uint32_t y = 0; y < options.height; ++y) {
        for (std::uint32_t x = 0; x < options.width; ++x) {
            put(options, buffer, x, y, ground(x, y));
        }
    }
}

/// Silent where the screen has none: not all have.
void set_cursor(int card, const Output& output) {
    Buffer image = make_buffer(card, kCursorSide, kCursorSide, 32);
    for (std::uint32_t y = 0; y < kCursorSide; ++y) {
        for (std::uint32_t x = 0; x < kCursorSide; ++x) {
            const std::uint32_t colour = x + y < 40 ? 0xFF0000FFU | x * 4U << 16U : 0;
            std::memcpy(image.pixels + std::size_t{y} * image.pitch + x * 4U, &colour, 4);
        }
    }
    drm_mode_cursor2 cursor{};
    cursor.flags = DRM_MODE_CURSOR_BO | DRM_MODE_CURSOR_MOVE;
    cursor.crtc_id = output.crtc;
    cursor.x = 100;
    cursor.y = 120;
    cursor.width = kCursorSide;
    cursor.height = kCursorSide;
    cursor.handle = image.handle;
    cursor.hot_x = 3;
    cursor.hot_y = 4;
    static_cast<void>(::ioctl(card, DRM_IOCTL_MODE_CURSOR2, &cursor));
}

void move_cursor(int card, const Output& output, std::uint32_t frame) {
    drm_mode_cursor cursor{};
    cursor.flags = DRM_MODE_CURSOR_MOVE;
    cursor.crtc_id = output.crtc;
    cursor.x = static_cast<std::int32_t>(100 + frame);
    cursor.y = 120;
    static_cast<void>(::ioctl(card, DRM_IOCTL_MODE_CURSOR, &cursor));
}

void flip(int card, const Output& output, const Buffer& buffer) {
    drm_mode_crtc_page_flip request{};
    request.crtc_id = output.crtc;
    request.fb_id = buffer.framebuffer;
    request.flags = DRM_MODE_PAGE_FLIP_EVENT;
    call(card, DRM_IOCTL_MODE_PAGE_FLIP, request, "flip");
    pollfd done{card, POLLIN, 0};
    std::array<char, 256> event{};
    if (::poll(&done, 1, 2000) != 1 || ::read(card, event.data(), event.size()) <= 0) {
        fail("wait for a flip");
    }
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse(argc, argv);
    const int card = ::open("/dev/dri/card0", O_RDWR | O_CLOEXEC);
    if (card < 0) {
        fail("open the card");
    }
    Output output = find_output(card, options);
    std::array<Buffer, 2> buffers;
    for (Buffer& buffer : buffers) {
        buffer = make_buffer(card, options.width, options.height, options.bits);
        make_framebuffer(card, options, buffer);
        draw_ground(options, buffer);
    }
    drm_mode_crtc crtc{};
    crtc.set_connectors_ptr = address_of(&output.connector);
    crtc.count_connectors = 1;
    crtc.crtc_id = output.crtc;
    crtc.fb_id = buffers[0].framebuffer;
    crtc.mode_valid = 1;
    crtc.mode = output.mode;
    call(card, DRM_IOCTL_MODE_SETCRTC, crtc, "set the mode");
    set_cursor(card, output);
    for (std::uint32_t frame = 1; frame <= options.flips; ++frame) {
        Buffer& next = buffers[options.is_direct ? 0 : frame % 2];
        draw_frame(options, next, frame);
        if (options.is_direct) {
            ::usleep(16'000);
        } else {
            flip(card, output, next);
            // Virtual screens flip as fast as they are asked to.
            ::usleep(10'000);
        }
        move_cursor(card, output, frame);
    }
    std::puts("painted");
    static_cast<void>(std::fflush(stdout));
    ::pause();
    return 0;
}
