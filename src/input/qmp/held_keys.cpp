// SPDX-License-Identifier: MIT
#include "input/qmp/held_keys.h"

#include <algorithm>
#include <cerrno>
#include <set>
#include <string>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "input/qmp/qmp_message.h"

namespace oriel {
namespace {

/// For all it has to do: whoever comes next is not let in before it is done.
constexpr Nanoseconds kPatience = std::chrono::seconds(2);

/// The last command's; no answer to one of the viewer's has it.
constexpr std::uint64_t kLastId = 0x0123'4567'89AB'CDEF;

/// Of a line that its writer did not finish, QEMU's parser forgets the beginning.
constexpr const char* kNewStart = "\xFF\n";

/// Through the pipe, whole or not at all.
struct Note {
    enum class What : std::uint8_t { Pressed, Released } what = What::Released;
    GuestInput::Kind kind = GuestInput::Kind::Key;
    std::uint32_t code = 0;
};

/// Whether the socket is ready for that before it is too late.
bool wait_for(short events, Nanoseconds give_up) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(give_up - monotonic_now());
    pollfd entry{LastWill::kKept, events, 0};
    return left.count() > 0 && ::poll(&entry, 1, static_cast<int>(left.count())) == 1;
}

void send_all(const std::string& text, Nanoseconds give_up) {
    std::size_t done = 0;
    while (done < text.size() && wait_for(POLLOUT, give_up)) {
        const ssize_t sent = ::send(
            LastWill::kKept, text.data() + done, text.size() - done, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            return;
        }
        done += sent > 0 ? static_cast<std::size_t>(sent) : 0;
    }
}

/// QEMU may drop what it has not read when the connection ends, so its last answer is awaited.
void await_last_answer(Nanoseconds give_up) {
    const std::string wanted = std::to_string(kLastId);
    std::string heard;
    char bytes[4096];
    while (heard.find(wanted) == std::string::npos && wait_for(POLLIN, give_up)) {
        const ssize_t got = ::recv(LastWill::kKept, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            return;
        }
        // An answer may come in two pieces.
        heard.erase(0, heard.size() - std::min(heard.size(), wanted.size()));
        heard.append(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
    }
}

/// The executor's life.
void execute() {
    std::set<std::pair<GuestInput::Kind, std::uint32_t>> held;
    Note note;
    ssize_t got = 0;
    while ((got = ::read(LastWill::kNotes, &note, sizeof(note))) == sizeof(note) ||
           (got < 0 && errno == EINTR)) {
        if (got < 0) {
            continue;
        }
        if (note.what == Note::What::Pressed) {
            held.emplace(note.kind, note.code);
        } else {
            held.erase({note.kind, note.code});
        }
    }
    std::string text = kNewStart;
    for (const auto& [kind, code] : held) {
        text += qmp_event_command({.kind = kind, .press = Press::Up, .code = code}, 1);
    }
    if (!held.empty()) {
        const Nanoseconds give_up = monotonic_now() + kPatience;
        send_all(text + qmp_query_mice_command(kLastId), give_up);
        await_last_answer(give_up);
    }
}

}  // namespace

Result<HeldKeys> HeldKeys::watch_over(const UniqueFd& socket) {
    ORIEL_TRY_ASSIGN(
        LastWill will,
        LastWill::make({.what = "input over qmp", .kept = socket.get(), .execute = execute}));
    return HeldKeys(std::move(will));
}

void HeldKeys::note(const GuestInput& event) const {
    if (event.kind != GuestInput::Kind::Key && event.kind != GuestInput::Kind::Button) {
        return;
    }
    const Note note{
        event.is_release() ? Note::What::Released : Note::What::Pressed, event.kind, event.code};
    will_.note(std::as_bytes(std::span(&note, 1)));
}

}  // namespace oriel
