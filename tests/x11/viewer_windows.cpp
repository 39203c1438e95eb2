// SPDX-License-Identifier: MIT
#include "x11/viewer_windows.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace oriel::test {
namespace {

struct Free {
    void operator()(void* memory) const noexcept { std::free(memory); }
};

template <class T>
using Reply = std::unique_ptr<T, Free>;

std::string text_of(const XPainter& eye, xcb_window_t window, xcb_atom_t property) {
    xcb_connection_t* connection = eye.connection();
    const Reply<xcb_get_property_reply_t> reply(xcb_get_property_reply(
        connection,
        xcb_get_property(connection, 0, window, property, XCB_ATOM_ANY, 0, 1024),
        nullptr));
    if (!reply || reply->format != 8) {
        return {};
    }
    return {static_cast<const char*>(xcb_get_property_value(reply.get())), reply->value_len};
}

}  // namespace

std::vector<xcb_window_t> viewer_windows(const XPainter& eye) {
    using namespace std::string_view_literals;
    std::vector<xcb_window_t> found;
    std::vector<xcb_window_t> candidates = {eye.root()};
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const xcb_window_t candidate = candidates[i];
        if (text_of(eye, candidate, XCB_ATOM_WM_CLASS) == "oriel\0oriel\0"sv) {
            found.push_back(candidate);
        }
        const Reply<xcb_query_tree_reply_t> tree(xcb_query_tree_reply(
            eye.connection(), xcb_query_tree(eye.connection(), candidate), nullptr));
        if (tree) {
            const xcb_window_t* children = xcb_query_tree_children(tree.get());
            candidates.insert(
                candidates.end(), children, children + xcb_query_tree_children_length(tree.get()));
        }
    }
    std::ranges::sort(found);
    return found;
}

std::string title_of(const XPainter& eye, xcb_window_t window) {
    constexpr std::string_view kName = "_NET_WM_NAME";
    const auto cookie = xcb_intern_atom(eye.connection(), 0, kName.size(), kName.data());
    const Reply<xcb_intern_atom_reply_t> atom(
        xcb_intern_atom_reply(eye.connection(), cookie, nullptr));
    return atom ? text_of(eye, window, atom->atom) : std::string();
}

}  // namespace oriel::test
