// SPDX-License-Identifier: MIT
#include "viewer/overlay/status_message.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "viewer/overlay/text_panel.h"

namespace oriel {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Nanoseconds kWorthTelling = seconds(3);

bool counts(const std::string& text) {
    return text.starts_with("waiting ");
}

std::string age_text(Nanoseconds age) {
    if (age < minutes(1)) {
        return fmt::format("{} s", age / seconds(1));
    }
    if (age < hours(1)) {
        return fmt::format("{} min", age / minutes(1));
    }
    return fmt::format("{} h {} min", age / hours(1), age % hours(1) / minutes(1));
}

}  // namespace

std::string with_age(const std::string& text, Nanoseconds age) {
    if (!counts(text) || age < kWorthTelling) {
        return text;
    }
    const auto end_of_line = std::min(text.find('\n'), text.size());
    return text.substr(0, end_of_line) + " since " + age_text(age) + text.substr(end_of_line);
}

Nanoseconds age_lasts(const std::string& text, Nanoseconds age) {
    if (!counts(text)) {
        return Nanoseconds(0);
    }
    if (age < kWorthTelling) {
        return kWorthTelling - age;
    }
    const Nanoseconds step = age < minutes(1) ? Nanoseconds(seconds(1)) : minutes(1);
    return step - age % step;
}

StatusMessage::StatusMessage(PollLoop& loop, Presenter& presenter, Failed failed)
    : loop_(loop), presenter_(presenter), failed_(std::move(failed)) {
    timer_ = loop_.add_timer([this] { draw(); });
}

StatusMessage::~StatusMessage() {
    loop_.remove(timer_);
}

void StatusMessage::show(const std::string& text) {
    if (text == text_) {
        return;
    }
    text_ = text;
    since_ = monotonic_now();
    draw();
}

void StatusMessage::draw() {
    const Nanoseconds age = monotonic_now() - since_;
    const LayerImage image =
        text_.empty() ? LayerImage{} : render_text_panel(with_age(text_, age), presenter_.area());
    if (auto shown = presenter_.show_layer(Layer::Message, image); !shown) {
        failed_(shown.error());
    }
    const Nanoseconds lasts = age_lasts(text_, age);
    if (is_visible_ && lasts > Nanoseconds(0)) {
        loop_.arm(timer_, lasts);
    } else {
        loop_.disarm(timer_);
    }
}

void StatusMessage::on_resized() {
    if (!text_.empty()) {
        draw();
    }
}

void StatusMessage::on_visibility(bool is_visible) {
    is_visible_ = is_visible;
    if (!is_visible) {
        loop_.disarm(timer_);
    } else if (!text_.empty()) {
        draw();
    }
}

}  // namespace oriel
