// SPDX-License-Identifier: MIT
// The sink against a QEMU that is played by the test, line by line.
#include "input/qmp/qmp_sink.h"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <utility>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/linux/unix_socket.h"

namespace oriel {
namespace {

using namespace std::chrono_literals;
using Link = InputState::Link;

constexpr const char* kGreeting = R"({"QMP": {"version": {}, "capabilities": []}})";
constexpr const char* kOneMouse = R"([{"current": true, "absolute": false}])";

/// A QEMU that says what it is told to.
class FakeQemu {
  public:
    FakeQemu() {
        std::string folder = std::filesystem::temp_directory_path() / "oriel-qmp-XXXXXX";
        EXPECT_NE(::mkdtemp(folder.data()), nullptr);
        folder_ = folder;
        listen();
    }

    ~FakeQemu() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    FakeQemu(const FakeQemu&) = delete;
    FakeQemu& operator=(const FakeQemu&) = delete;

    std::string path() const { return folder_ + "/qmp"; }

    void listen() {
        ::unlink(path().c_str());
        auto listener = listen_unix(path(), SocketKind::Stream, 0600);
        ASSERT_TRUE(listener);
        listener_ = std::move(*listener);
    }

    void accept() {
        pollfd entry{listener_.get(), POLLIN, 0};
        ASSERT_EQ(::poll(&entry, 1, 2000), 1);
        client_ = accept_unix(listener_);
        ASSERT_TRUE(client_);
    }

    void say(const std::string& line) {
        const std::string text = line + "\r\n";
        EXPECT_EQ(::send(client_.get(), text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }

    /// The next line from the sink; "" where none comes in half a second.
    std::string hear() {
        while (heard_.find('\n') == std::string::npos) {
            pollfd entry{client_.get(), POLLIN, 0};
            char buffer[4096];
            const ssize_t got =
                ::poll(&entry, 1, 500) == 1 ? ::recv(client_.get(), buffer, sizeof(buffer), 0) : 0;
            if (got <= 0) {
                return "";
            }
            heard_.append(buffer, static_cast<std::size_t>(got));
        }
        const std::size_t end = heard_.find('\n');
        std::string line = heard_.substr(0, end);
        heard_.erase(0, end + 1);
        return line;
    }

    /// The id of a line that must be there and have `word` in it.
    std::string id_of(const std::string& line, const std::string& word) {
        EXPECT_NE(line.find(word), std::string::npos) << line;
        const std::size_t at = line.rfind("\"id\":");
        return at == std::string::npos ? "0" : line.substr(at + 5, line.rfind('}') - at - 5);
    }

    void answer(const std::string& line,
                const std::string& word,
                const std::string& result = "{}") {
        say(R"({"return": )" + result + R"(, "id": )" + id_of(line, word) + "}");
    }

    /// The sink's end is closed.
    bool has_hung_up() const {
        char byte = 0;
        pollfd entry{client_.get(), POLLIN, 0};
        return ::poll(&entry, 1, 500) == 1 && ::recv(client_.get(), &byte, 1, 0) == 0;
    }

    /// Says something that nobody asked for, if anybody is left.
    void chat() {
        const std::string event = R"({"event": "RTC_CHANGE", "data": {}})"
                                  "\r\n";
        static_cast<void>(::send(client_.get(), event.data(), event.size(), MSG_NOSIGNAL));
    }

    void hang_up() { client_.reset(); }

    void end() {
        client_.reset();
        listener_.reset();
    }

  private:
    std::string folder_;
    UniqueFd listener_;
    UniqueFd client_;
    std::string heard_;
};

class Qmp : public testing::Test {
  protected:
    void open() {
        auto sink = QmpSink::open(qemu_.path());
        ASSERT_TRUE(sink);
        sink_ = std::move(*sink);
    }

    /// Lets the sink have what was said, and its timers.
    void run(Nanoseconds time = 50ms) {
        const Nanoseconds give_up = monotonic_now() + time;
        while (monotonic_now() < give_up) {
            pollfd entry{sink_->fd(), POLLIN, 0};
            if (::poll(&entry, 1, 5) == 1) {
                static_cast<void>(sink_->dispatch());
            }
        }
    }

    void get_ready(const char* mice = kOneMouse) {
        qemu_.accept();
        qemu_.say(kGreeting);
        run();
        qemu_.answer(qemu_.hear(), "qmp_capabilities");
        run();
        qemu_.answer(qemu_.hear(), "query-mice", mice);
        run();
        ASSERT_EQ(sink_->state().link, Link::Ready);
    }

    FakeQemu qemu_;
    std::unique_ptr<QmpSink> sink_;
};

TEST_F(Qmp, IsReadyOnceItKnowsTheMouse) {
    open();
    EXPECT_EQ(sink_->state().link, Link::Connecting);

    get_ready();

    EXPECT_EQ(sink_->state().pointer, PointerMode::Relative);
    EXPECT_EQ(sink_->state().reason, "");
}

TEST_F(Qmp, FollowsTheMouseWhenItIsUsed) {
    open();
    get_ready();
    run(1100ms);

    sink_->move_by(1, 1);
    qemu_.answer(qemu_.hear(), "query-mice", R"([{"current": true, "absolute": true}])");
    run();

    EXPECT_EQ(sink_->state().pointer, PointerMode::Absolute);
}

TEST_F(Qmp, HasABoundedNumberOfCommandsUnanswered) {
    open();
    get_ready();
    for (int i = 0; i < 100; ++i) {
        sink_->key(KEY_A, Press::Down);
        sink_->key(KEY_A, Press::Up);
        run(20ms);
    }

    int heard = 0;
    while (!qemu_.hear().empty()) {
        ++heard;
    }

    EXPECT_LE(heard, 9);
    EXPECT_GE(heard, 4);
}

TEST_F(Qmp, SaysWhatQemuRefusesAndSendsTheReleaseAgain) {
    open();
    get_ready();
    sink_->key(KEY_A, Press::Down);
    qemu_.answer(qemu_.hear(), "\"down\":true");
    sink_->key(KEY_A, Press::Up);
    run();

    const std::string id = qemu_.id_of(qemu_.hear(), "\"down\":false");
    qemu_.say(R"({"error": {"desc": "VM not running"}, "id": )" + id + "}");
    run();
    EXPECT_EQ(sink_->state().reason, "qemu takes no input: VM not running");
    EXPECT_EQ(sink_->state().link, Link::Ready);
    run(600ms);

    qemu_.answer(qemu_.hear(), "\"down\":false");
    run();
    EXPECT_EQ(sink_->state().reason, "");
}

TEST_F(Qmp, ComesBackAndReleasesWhatWasDown) {
    open();
    get_ready();
    sink_->key(KEY_A, Press::Down);
    qemu_.answer(qemu_.hear(), "\"down\":true");
    run();

    qemu_.end();
    run();
    EXPECT_EQ(sink_->state().link, Link::Lost);
    EXPECT_NE(sink_->state().reason.find("has ended"), std::string::npos) << sink_->state().reason;
    sink_->key(KEY_B, Press::Down);
    qemu_.listen();
    run(1000ms);

    get_ready();
    EXPECT_EQ(sink_->state().reason, "");
    EXPECT_NE(qemu_.hear().find(R"("down":false,"key":{"data":"a")"), std::string::npos);
    EXPECT_EQ(qemu_.hear(), "");
}

/// A and the left button stay down, B was.
[[noreturn]] void hold_keys_for_ever(const std::string& path) {
    const auto sink = QmpSink::open(path).value();
    bool has_pressed = false;
    while (true) {
        pollfd entry{sink->fd(), POLLIN, 0};
        ::poll(&entry, 1, -1);
        static_cast<void>(sink->dispatch());
        if (sink->state().link == Link::Ready && !std::exchange(has_pressed, true)) {
            sink->key(KEY_A, Press::Down);
            sink->key(KEY_B, Press::Down);
            sink->key(KEY_B, Press::Up);
            sink->button(BTN_LEFT, Press::Down);
        }
    }
}

/// A viewer that holds keys for ever, until it is killed.
void kill_a_viewer_with_held_keys(FakeQemu& qemu) {
    const pid_t viewer = ::fork();
    if (viewer == 0) {
        hold_keys_for_ever(qemu.path());
    }
    ASSERT_GT(viewer, 0);
    qemu.accept();
    qemu.say(kGreeting);
    qemu.answer(qemu.hear(), "qmp_capabilities");
    qemu.answer(qemu.hear(), "query-mice", kOneMouse);
    for (const char* sent : {R"("down":true)", R"("down":true)", R"("down":false)", "btn"}) {
        qemu.answer(qemu.hear(), sent);
    }
    ::kill(viewer, SIGKILL);
    ::waitpid(viewer, nullptr, 0);
}

TEST_F(Qmp, LetsGoOfWhatIsHeldWhenItIsKilled) {
    kill_a_viewer_with_held_keys(qemu_);

    EXPECT_EQ(qemu_.hear(), "\xFF");
    EXPECT_NE(qemu_.hear().find(R"("down":false,"key":{"data":"a")"), std::string::npos);
    const std::string button = qemu_.hear();
    EXPECT_NE(button.find(R"("down":false)"), std::string::npos) << button;
    EXPECT_NE(button.find("left"), std::string::npos) << button;
    // It waits for the last answer, or QEMU may drop what it has not read.
    const std::string last = qemu_.hear();
    EXPECT_FALSE(qemu_.has_hung_up());
    qemu_.answer(last, "query-mice", kOneMouse);
    EXPECT_TRUE(qemu_.has_hung_up());
}

TEST_F(Qmp, LetsTheNextOneInWhereTheLastAnswerNeverComes) {
    kill_a_viewer_with_held_keys(qemu_);
    while (!qemu_.hear().empty()) {}

    bool has_hung_up = false;
    for (int i = 0; i < 20 && !has_hung_up; ++i) {
        qemu_.chat();
        has_hung_up = qemu_.has_hung_up();
    }

    EXPECT_TRUE(has_hung_up);
}

/// Whether this process has a child, dead or alive.
bool has_child() {
    return ::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD;
}

/// The process beside this one that a sink has; -1: there is none.
pid_t executor() {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream stat(entry.path() / "stat");
        pid_t process = -1;
        std::string name;
        std::string state;
        pid_t parent = -1;
        stat >> process >> name >> state >> parent;
        if (name == "(oriel-will)" && parent == ::getpid()) {
            return process;
        }
    }
    return -1;
}

TEST_F(Qmp, LeavesNoProcessBehindWhereTheConnectionEnds) {
    open();
    get_ready();
    sink_->key(KEY_A, Press::Down);
    run();
    EXPECT_TRUE(has_child());

    qemu_.end();
    run();

    EXPECT_EQ(sink_->state().link, Link::Lost);
    EXPECT_FALSE(has_child());
}

TEST_F(Qmp, EndsAlsoAProcessThatIsStopped) {
    open();
    get_ready();
    const Nanoseconds give_up = monotonic_now() + 5s;
    pid_t beside = executor();
    while (beside < 0 && monotonic_now() < give_up) {
        beside = executor();
    }
    ASSERT_GT(beside, 0);

    ::kill(beside, SIGSTOP);
    sink_.reset();

    EXPECT_FALSE(has_child());
}

TEST_F(Qmp, SaysThatNobodyIsThereAndComesOnceThereIs) {
    qemu_.end();
    open();
    EXPECT_EQ(sink_->state().link, Link::Lost);
    EXPECT_NE(sink_->state().reason.find("nobody serves it"), std::string::npos)
        << sink_->state().reason;

    qemu_.listen();
    run(1000ms);
    get_ready();
}

TEST_F(Qmp, SaysThatAnotherProgramHasTheSocket) {
    open();
    run(2200ms);
    EXPECT_EQ(sink_->state().link, Link::Refused);
    EXPECT_NE(sink_->state().reason.find("taken by another program"), std::string::npos);

    get_ready();  // once that one has gone
    EXPECT_EQ(sink_->state().reason, "");
}

TEST_F(Qmp, DropsWhoDoesNotSpeakQmp) {
    for (const char* line : {"220 mail.example ready", "{\"return\": {}}", "[]", "\xff\xff"}) {
        qemu_.listen();
        open();
        qemu_.accept();
        qemu_.say(line);
        run();
        EXPECT_EQ(sink_->state().link, Link::Lost) << line;
        EXPECT_NE(sink_->state().reason.find("does not speak"), std::string::npos)
            << sink_->state().reason;
        qemu_.hang_up();
        sink_.reset();
    }
}

TEST_F(Qmp, DropsALineWithoutEnd) {
    open();
    qemu_.accept();
    const std::string junk(30'000, '{');
    for (int i = 0; i < 5 && sink_->state().link == Link::Connecting; ++i) {
        qemu_.say(junk.substr(0, junk.size() - 2) + "\t");
        run();
    }

    EXPECT_EQ(sink_->state().link, Link::Lost);
}

TEST_F(Qmp, EndsInBoundedTimeWhereQemuIsSilent) {
    open();
    get_ready();
    sink_->key(KEY_A, Press::Down);
    const Nanoseconds start = monotonic_now();

    sink_.reset();

    EXPECT_LT(monotonic_now() - start, 2s);
    EXPECT_NE(qemu_.hear().find("\"down\":true"), std::string::npos);
    EXPECT_NE(qemu_.hear().find("\"down\":false"), std::string::npos);
}

}  // namespace
}  // namespace oriel
