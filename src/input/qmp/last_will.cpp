// SPDX-License-Identifier: MIT
#include "input/qmp/last_will.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <set>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "input/qmp/qmp_message.h"

namespace oriel {
namespace {

/// Where the executor has what it needs; it keeps nothing else of ours.
constexpr int kPipe = 0;
constexpr int kSocket = 1;

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
    pollfd entry{kSocket, events, 0};
    return left.count() > 0 && ::poll(&entry, 1, static_cast<int>(left.count())) == 1;
}

void send_all(const std::string& text, Nanoseconds give_up) {
    std::size_t done = 0;
    while (done < text.size() && wait_for(POLLOUT, give_up)) {
        const ssize_t sent =
            ::send(kSocket, text.data() + done, text.size() - done, MSG_DONTWAIT | MSG_NOSIGNAL);
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
        const ssize_t got = ::recv(kSocket, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            return;
        }
        // An answer may come in two pieces.
        heard.erase(0, heard.size() - std::min(heard.size(), wanted.size()));
        heard.append(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
    }
}

/// The executor's life.
[[noreturn]] void execute() {
    std::set<std::pair<GuestInput::Kind, std::uint32_t>> held;
    Note note;
    ssize_t got = 0;
    while ((got = ::read(kPipe, &note, sizeof(note))) == sizeof(note) ||
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
    ::_exit(0);
}

/// What this process has open is not the executor's: a window, a region, somebody's output.
void leave_all_behind(int pipe, int socket) {
    // Out of the way of the places they are put in.
    const int kept_pipe = ::fcntl(pipe, F_DUPFD, 3);
    const int kept_socket = ::fcntl(socket, F_DUPFD, 3);
    // With the pipe's other end still open it would never hear of ours.
    if (::dup2(kept_pipe, kPipe) < 0 || ::dup2(kept_socket, kSocket) < 0 ||
        ::close_range(2, ~0U, 0) != 0) {
        ::_exit(1);
    }
    // A terminal's Ctrl-C is for the viewer, which ends in its own way.
    ::setsid();
    ::prctl(PR_SET_NAME, "oriel-last-will");
}

}  // namespace

Result<LastWill> LastWill::make(const UniqueFd& socket) {
    // Some launchers hand down that children vanish unseen, and their numbers with them.
    if (::signal(SIGCHLD, SIG_DFL) == SIG_ERR) {
        return Failure(Error::system("hear of the end of a process", errno));
    }
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC | O_DIRECT) != 0) {
        return Failure(Error::system("prepare input over qmp", errno));
    }
    const UniqueFd heard(ends[0]);
    UniqueFd told(ends[1]);
    const pid_t executor = ::fork();
    if (executor < 0) {
        return Failure(Error::system("start a process for input over qmp", errno));
    }
    if (executor == 0) {
        leave_all_behind(heard.get(), socket.get());
        execute();
    }
    // One that stands still must not stop us.
    static_cast<void>(::fcntl(told.get(), F_SETFL, O_NONBLOCK | O_DIRECT));
    return LastWill(std::move(told), executor);
}

LastWill::LastWill(LastWill&& other) noexcept
    : pipe_(std::move(other.pipe_)), executor_(std::exchange(other.executor_, -1)) {}

LastWill& LastWill::operator=(LastWill&& other) noexcept {
    if (this != &other) {
        revoke();
        pipe_ = std::move(other.pipe_);
        executor_ = std::exchange(other.executor_, -1);
    }
    return *this;
}

LastWill::~LastWill() {
    revoke();
}

void LastWill::note(const GuestInput& event) {
    if (event.kind != GuestInput::Kind::Key && event.kind != GuestInput::Kind::Button) {
        return;
    }
    const Note note{
        event.is_release() ? Note::What::Released : Note::What::Pressed, event.kind, event.code};
    static_cast<void>(::write(pipe_.get(), &note, sizeof(note)));
}

void LastWill::revoke() {
    if (executor_ < 0) {
        return;
    }
    // It does nothing while the pipe is open; and it may be stopped, and hear nothing.
    ::kill(executor_, SIGKILL);
    pipe_.reset();
    ::waitpid(std::exchange(executor_, -1), nullptr, 0);
}

}  // namespace oriel
