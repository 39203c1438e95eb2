// SPDX-License-Identifier: MIT
#include "input/spice/glib_thread.h"

#include <mutex>

#include <pthread.h>
#include <signal.h>

namespace oriel {
namespace {

using Work = std::function<void()>;

/// How many rounds the loop is given after its end, for what libraries left to be done later.
constexpr int kLastRounds = 100;

gboolean run_work(gpointer data) {
    (*static_cast<Work*>(data))();
    return G_SOURCE_REMOVE;
}

void delete_work(gpointer data) {
    const std::unique_ptr<Work> work(static_cast<Work*>(data));
}

gboolean dispatch_timer(GSource* source, GSourceFunc /*callback*/, gpointer data) {
    // Disarmed first, so that the callback may arm it anew.
    g_source_set_ready_time(source, -1);
    (*static_cast<Work*>(data))();
    return G_SOURCE_CONTINUE;
}

// GLib fills the fields at its end.
GSourceFuncs timer_functions{nullptr,
                             nullptr,
                             [](GSource* source, GSourceFunc callback, gpointer data) {
                                 return dispatch_timer(source, callback, data);
                             },
                             nullptr,
                             nullptr,
                             nullptr};

/// The main thread takes the program's signals.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    static_cast<void>(::pthread_sigmask(SIG_BLOCK, &all, nullptr));
}

void run_loop(GMainLoop* loop) {
    block_signals();
    g_main_loop_run(loop);
    for (int i = 0; i < kLastRounds && g_main_context_iteration(nullptr, FALSE) != FALSE; ++i) {}
}

}  // namespace

std::shared_ptr<GlibThread> GlibThread::get() {
    static std::mutex mutex;
    static std::weak_ptr<GlibThread> running;
    const std::lock_guard lock(mutex);
    std::shared_ptr<GlibThread> thread = running.lock();
    if (!thread) {
        thread.reset(new GlibThread);
        running = thread;
    }
    return thread;
}

GlibThread::GlibThread() : loop_(g_main_loop_new(nullptr, FALSE)), thread_(run_loop, loop_.get()) {}

GlibThread::~GlibThread() {
    // Posted, not called: a loop that does not run yet forgets to be told to end.
    post([loop = loop_.get()] { g_main_loop_quit(loop); });
    thread_.join();
}

void GlibThread::post(Work work) {
    GSource* const source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, run_work, new Work(std::move(work)), delete_work);
    g_source_attach(source, nullptr);
    g_source_unref(source);
}

GlibTimer::GlibTimer(std::function<void()> due)
    : due_(std::make_unique<Work>(std::move(due))),
      source_(g_source_new(&timer_functions, sizeof(GSource))) {
    g_source_set_callback(source_.get(), run_work, due_.get(), nullptr);
    g_source_attach(source_.get(), nullptr);
}

void GlibTimer::arm_at(Nanoseconds when) {
    g_source_set_ready_time(source_.get(),
                            std::chrono::ceil<std::chrono::microseconds>(when).count());
}

void GlibTimer::disarm() {
    g_source_set_ready_time(source_.get(), -1);
}

}  // namespace oriel
