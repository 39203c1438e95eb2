// SPDX-License-Identifier: MIT
#include "viewer/overlay/overlay.h"

#include <utility>

#include "viewer/overlay/overlay_drawing.h"

namespace oriel {
namespace {

constexpr Nanoseconds kHintTime = std::chrono::seconds(3);

/// So long the next frame is waited for: drawing after it is over before another comes, and no
/// frame is late because of it.
constexpr Nanoseconds kGrace = std::chrono::milliseconds(50);

}  // namespace

Overlay::Overlay(PollLoop& loop, Presenter& presenter, std::string host_key, Failed failed)
    : loop_(loop),
      presenter_(presenter),
      host_key_(std::move(host_key)),
      failed_(std::move(failed)) {
    draw_timer_ = loop_.add_timer([this] { draw(); });
    hint_timer_ = loop_.add_timer([this] { end_hint(); });
}

Overlay::~Overlay() {
    loop_.remove(draw_timer_);
    loop_.remove(hint_timer_);
}

Overlay::Page Overlay::page() const {
    if (wants_help_) {
        return Page::Help;
    }
    if (wants_figures_) {
        return Page::Figures;
    }
    return hint_.empty() ? Page::None : Page::Hint;
}

bool Overlay::shows_figures() const {
    return page() == Page::Figures && is_visible_;
}

void Overlay::toggle_figures() {
    wants_figures_ = wants_help_ || !wants_figures_;
    wants_help_ = false;
    change_page();
}

void Overlay::toggle_help() {
    wants_help_ = !wants_help_;
    change_page();
}

void Overlay::show_hint(const std::string& text) {
    hint_ = text;
    loop_.arm(hint_timer_, kHintTime);
    if (page() == Page::Hint) {
        change_page();
    }
}

void Overlay::end_hint() {
    hint_.clear();
    loop_.disarm(hint_timer_);
    if (drawn_page_ == Page::Hint) {
        change_page();
    }
}

void Overlay::note_frame(const ShownFrame& frame) {
    history_.add(frame, facts_.picture.area());
    pace_.note_change();
    schedule();
}

void Overlay::set_facts(OverlayFacts facts) {
    if (facts == facts_) {
        return;
    }
    facts_ = std::move(facts);
    pace_.note_change();
    schedule();
}

/// All pages have the window's scale, and fit into it.
void Overlay::on_resized() {
    if (page() != Page::None) {
        change_page();
    }
}

void Overlay::on_visibility(bool is_visible) {
    is_visible_ = is_visible;
    schedule();
}

void Overlay::change_page() {
    drawn_.reset();
    if (page() == Page::Figures) {
        pace_ = {};
        pace_.note_change();
        schedule();
        return;
    }
    draw();
}

void Overlay::draw() {
    draw_page();
    drawn_page_ = page();
    schedule();
}

void Overlay::draw_page() {
    switch (page()) {
    case Page::None:
        if (drawn_page_ != Page::None) {
            put({});
        }
        return;
    case Page::Help:
        return put(draw_help(make_help_page(host_key_), presenter_.area()));
    case Page::Hint:
        return put(draw_hint(hint_, presenter_.area()));
    case Page::Figures:
        break;
    }
    const Nanoseconds now = monotonic_now();
    FiguresPage figures = make_figures_page(history_, facts_, host_key_, now);
    if (figures != drawn_) {
        put(draw_figures(figures, presenter_.area()));
        drawn_ = std::move(figures);
    }
    pace_.note_drawn(now);
    pace_.expect_change(history_.silent_from(now));
}

void Overlay::put(const LayerImage& image) {
    if (auto shown = presenter_.show_layer(Layer::Overlay, image); !shown) {
        failed_(shown.error());
    }
}

void Overlay::schedule() {
    const auto due = shows_figures() ? pace_.due() : std::nullopt;
    if (due) {
        loop_.arm_at(draw_timer_, *due <= monotonic_now() ? *due : *due + kGrace);
    } else {
        loop_.disarm(draw_timer_);
    }
}

}  // namespace oriel
