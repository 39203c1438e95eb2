// SPDX-License-Identifier: MIT
#include "input/spice/spice_sink.h"

#include <new>
#include <utility>

namespace oriel {

Result<std::unique_ptr<InputSink>> SpiceSink::open(SpiceOptions options) {
    ORIEL_TRY_ASSIGN(UniqueFd news, create_event_fd());
    return std::unique_ptr<InputSink>(new SpiceSink(std::move(options), std::move(news)));
}

SpiceSink::SpiceSink(SpiceOptions options, UniqueFd news)
    : description_("spice " + options.address()),
      shared_(std::make_shared<SpiceShared>()),
      thread_(GlibThread::get()) {
    shared_->news = std::move(news);
    link_ = std::make_shared<SpiceLink>(std::move(options), shared_);
    shared_->screen.set_demand([link = link_.get()] { link->wake_screen(); });
    GlibThread::post([link = link_] { link->connect(); });
}

SpiceSink::~SpiceSink() {
    std::unique_lock lock(shared_->mutex);
    shared_->queue.release_all();
    link_->wake();
    shared_->changed.wait_for(lock, kLastWait, [this] {
        return shared_->queue.is_empty() || shared_->state.link != InputState::Link::Ready;
    });
    lock.unlock();
    // The last to hold the link is the GLib thread, and there it has to end.
    GlibThread::post([link = std::move(link_)] { link->end(); });
    lock.lock();
    if (!shared_->changed.wait_for(lock, kEndWait, [this] { return shared_->has_ended; })) {
        // It hangs in a library. Rather a thread too many than a viewer that does not close.
        static_cast<void>(new (std::nothrow) std::shared_ptr<GlibThread>(std::move(thread_)));
    }
}

bool SpiceSink::dispatch() {
    static_cast<void>(drain_event_fd(shared_->news));
    const std::lock_guard lock(shared_->mutex);
    const bool is_news = state_ != shared_->state;
    state_ = shared_->state;
    return is_news;
}

template <class Change>
void SpiceSink::change_queue(Change change) {
    const std::lock_guard lock(shared_->mutex);
    change(shared_->queue);
    if (!shared_->queue.is_empty()) {
        link_->wake();
    }
}

void SpiceSink::key(std::uint32_t code, Press press) {
    change_queue([&](InputQueue& queue) { queue.key(code, press); });
}

void SpiceSink::button(std::uint32_t code, Press press) {
    change_queue([&](InputQueue& queue) { queue.button(code, press); });
}

void SpiceSink::move_to(std::uint32_t x,
                        std::uint32_t y,
                        std::uint32_t screen_width,
                        std::uint32_t screen_height) {
    change_queue([&](InputQueue& queue) { queue.move_to(x, y, screen_width, screen_height); });
}

void SpiceSink::move_by(std::int32_t x, std::int32_t y) {
    change_queue([&](InputQueue& queue) { queue.move_by(x, y); });
}

void SpiceSink::scroll(std::int32_t /*x*/, std::int32_t y) {
    if (y != 0) {
        change_queue([&](InputQueue& queue) { queue.scroll(0, y); });
    }
}

void SpiceSink::release_all() {
    change_queue([](InputQueue& queue) { queue.release_all(); });
}

void SpiceSink::retry() {
    GlibThread::post([link = link_] { link->retry(); });
}

}  // namespace oriel
