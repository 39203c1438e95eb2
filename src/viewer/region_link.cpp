// SPDX-License-Identifier: MIT
#include "viewer/region_link.h"

#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/log.h"
#include "viewer/open_subscriber.h"
#include "viewer/status_text.h"

namespace oriel {

RegionLink::RegionLink(Target target, SubscriberOptions::Doorbell doorbell)
    : target_(std::move(target)), doorbell_(doorbell) {}

RegionLink::~RegionLink() = default;

Result<void> RegionLink::open() {
    subscriber_.reset();
    region_.reset();
    ORIEL_TRY_ASSIGN(region_, Region::open(target_, Role::Show));
    subscriber_ = open_subscriber(*region_, doorbell_);
    apply(subscriber_->refresh(monotonic_now()));
    return {};
}

void RegionLink::apply(const Subscriber::Changes& changes) const {
    if (changes.ring_publisher) {
        ring();
    }
}

RegionLink::Turn RegionLink::serve() const {
    const bool was_alone = region_->link() == Region::Link::Alone;
    if (was_alone || region_->connection_handle() < 0) {
        region_->serve_connection();
    }
    if (region_->link() == Region::Link::Replaced) {
        log(LogLevel::Warning,
            fmt::format("{} carries something else now; opening it again", region_->description()));
        return Turn::Replaced;
    }
    if (was_alone && region_->link() == Region::Link::Served) {
        log(LogLevel::Info, "the broker is back");
        return Turn::BrokerBack;
    }
    return Turn::None;
}

std::string RegionLink::text() const {
    return status_text(status(), name(), cure());
}

std::string RegionLink::cure() const {
    return cure_of(status(), *region_);
}

std::optional<Error> RegionLink::truncation() const {
    if (!region_->memory().was_truncated()) {
        return std::nullopt;
    }
    return Error::not_found(fmt::format(
        "the region {} was cut short while it was in use; start the broker or create the "
        "file again",
        region_->description()));
}

void RegionLink::leave() {
    if (is_open()) {
        subscriber_->leave();
        ring();
    }
}

}  // namespace oriel
