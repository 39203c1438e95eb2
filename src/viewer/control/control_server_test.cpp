// SPDX-License-Identifier: MIT
// A real socket, and clients of every kind; what is behind it only writes down what it is told.
#include "viewer/control/control_server.h"

#include <array>
#include <filesystem>
#include <functional>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mapped_memory.h"

namespace oriel {
namespace {

using nlohmann::json;

/// What a viewer would do.
class Told final : public ViewerControls {
  public:
    std::string target_text() const override { return "desk"; }

    bool set_full_screen(Switch to) override { return to == Switch::On; }

    Result<CopiedPicture> picture() override {
        CopiedPicture picture;
        picture.info.geometry = {{2, 1}, 8, PixelFormat::Rgba8, 0};
        picture.info.crop = Rect::of({2, 1});
        for (const int byte : {1, 2, 3, 0, 4, 5, 6, 0}) {
            picture.pixels.push_back(static_cast<std::byte>(byte));
        }
        return picture;
    }

    Result<void> take_grab() override { return Failure(Error::busy("no focus")); }

    void give_grab_back() override { ++releases; }

    Result<void> type(const std::vector<KeyStroke>& strokes, KeyTyper::Done done) override {
        typed = strokes.size();
        typing = std::move(done);
        return {};
    }

    bool has_caps_lock() const override { return false; }

    Result<std::vector<ChangedOption>> reload() override {
        return std::vector<ChangedOption>{{"size", "1x1", ChangedOption::Counts::FromStart},
                                          {"host-key", "pause", ChangedOption::Counts::AtOnce}};
    }

    void quit() override { has_quit = true; }

    ViewerStats stats() override {
        ViewerStats stats;
        stats.target = "desk";
        stats.state_text = "not \xff text";
        return stats;
    }

    int releases = 0;
    std::size_t typed = 0;
    KeyTyper::Done typing;
    bool has_quit = false;
};

class ControlServerTest : public testing::Test {
  protected:
    ControlServerTest() {
        std::string name = std::filesystem::temp_directory_path() / "oriel-control-XXXXXX";
        base_ = ::mkdtemp(name.data());
        folder_ = base_ + "/oriel/.viewers";
        server_ = ControlServer::open(loop_, told_, folder_).value();
    }

    ~ControlServerTest() override {
        server_.reset();
        std::filesystem::remove_all(base_);
    }

    UniqueFd connect() const {
        return connect_unix_now(server_->path(), SocketKind::Stream).value();
    }

    void run() {
        for (int i = 0; i < 5; ++i) {
            EXPECT_TRUE(loop_.run_once(std::chrono::milliseconds(1)));
        }
    }

    static bool say(const UniqueFd& socket, std::string_view text) {
        return send_with_fds(socket, std::as_bytes(std::span(text)), {}).has_value();
    }

    struct Heard {
        std::string text;
        std::vector<UniqueFd> fds;
        bool has_ended = false;
    };

    static Heard hear(const UniqueFd& socket) {
        Heard heard;
        std::array<std::byte, 65536> buffer{};
        while (true) {
            auto received = receive_with_fds(socket, buffer);
            if (!received || received->size == 0) {
                heard.has_ended = received || received.error().os_code != EAGAIN;
                return heard;
            }
            heard.text.append(reinterpret_cast<const char*>(buffer.data()), received->size);
            for (UniqueFd& fd : received->fds) {
                heard.fds.push_back(std::move(fd));
            }
        }
    }

    json ask(const std::string& request) {
        const UniqueFd socket = connect();
        EXPECT_TRUE(say(socket, request + "\n"));
        run();
        const std::string answer = hear(socket).text;
        EXPECT_EQ(std::ranges::count(answer, '\n'), 1) << answer;
        return json::parse(answer, nullptr, false);
    }

    std::string base_;
    std::string folder_;
    PollLoop loop_;
    Told told_;
    std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlServerTest, AnswersEachVerb) {
    EXPECT_EQ(ask(R"({"verb":"who"})")["target"], "desk");
    EXPECT_EQ(ask(R"({"verb":"fullscreen","to":"on"})")["fullscreen"], true);
    EXPECT_EQ(ask(R"({"verb":"grab"})"),
              json({{"ok", false}, {"kind", "failed"}, {"error", "no focus"}}));
    EXPECT_EQ(ask(R"({"verb":"release"})"), json({{"ok", true}}));
    EXPECT_EQ(told_.releases, 1);
    EXPECT_EQ(ask(R"({"verb":"stats"})")["target"], "desk");
    const json reloaded = ask(R"({"verb":"reload"})");
    EXPECT_EQ(reloaded["applied"]["host-key"], "pause");
    EXPECT_EQ(reloaded["needs_restart"]["size"], "1x1");
    EXPECT_EQ(ask(R"({"verb":"quit"})"), json({{"ok", true}}));
    EXPECT_TRUE(told_.has_quit);
}

TEST_F(ControlServerTest, HandsAPictureOverAsMemory) {
    const UniqueFd socket = connect();
    ASSERT_TRUE(say(socket, "{\"verb\":\"screenshot\"}\n"));
    run();

    const Heard heard = hear(socket);

    ASSERT_EQ(heard.fds.size(), 1U);
    const auto memory = MappedMemory::map(heard.fds[0], Access::ReadOnly, "picture").value();
    ASSERT_EQ(memory.bytes().size(), 8U);
    EXPECT_EQ(memory.bytes()[0], std::byte{3});  // Blue.
    EXPECT_EQ(memory.bytes()[6], std::byte{4});  // Red.
    EXPECT_EQ(json::parse(heard.text)["width"], 2);
}

TEST_F(ControlServerTest, AnswersOnceAllIsTypedAndOnlyThenReadsOn) {
    const UniqueFd socket = connect();
    ASSERT_TRUE(say(socket, "{\"verb\":\"text\",\"text\":\"abc\"}\n{\"verb\":\"who\"}\n"));
    run();
    EXPECT_EQ(told_.typed, 3U);
    EXPECT_EQ(hear(socket).text, "");

    told_.typing({});
    run();

    const std::string heard = hear(socket).text;
    EXPECT_TRUE(heard.starts_with("{\"ok\":true,\"strokes\":3}\n{\"ok\":true,\"target\"")) << heard;
}

TEST_F(ControlServerTest, ForgetsWhoWentBeforeAllWasTyped) {
    {
        const UniqueFd socket = connect();
        ASSERT_TRUE(say(socket, "{\"verb\":\"send-keys\",\"keys\":\"a\"}\n"));
        run();
    }
    run();
    told_.typing({});

    EXPECT_EQ(ask(R"({"verb":"who"})")["target"], "desk");
}

TEST_F(ControlServerTest, AnAnswerAfterItsEndIsNobodys) {
    const UniqueFd socket = connect();
    ASSERT_TRUE(say(socket, "{\"verb\":\"send-keys\",\"keys\":\"a\"}\n"));
    run();
    server_.reset();

    told_.typing({});

    EXPECT_EQ(hear(socket).text, "");
}

TEST_F(ControlServerTest, TypesNothingOfATextThatHasNoKeys) {
    const json answer = ask("{\"verb\":\"text\",\"text\":\"f\xC3\xBCr\"}");

    EXPECT_EQ(answer["kind"], "usage");
    EXPECT_EQ(told_.typed, 0U);
}

TEST_F(ControlServerTest, AnswersRubbishWithAnError) {
    for (const char* rubbish : {"", "rubbish", "[[[[", "{\"verb\":\"\"}", "\xff\xfe"}) {
        const json answer = ask(rubbish);
        EXPECT_EQ(answer["ok"], false) << rubbish;
        EXPECT_EQ(answer["kind"], "usage");
    }
    const UniqueFd with_zero = connect();
    EXPECT_TRUE(say(with_zero, std::string_view("\0\0\n", 3)));
    run();
    EXPECT_EQ(json::parse(hear(with_zero).text)["ok"], false);
}

TEST_F(ControlServerTest, EndsWithWhoNeverEndsALine) {
    const UniqueFd socket = connect();
    const std::string part(4096, 'x');
    for (std::size_t sent = 0; sent < kMaxControlLine; sent += part.size()) {
        ASSERT_TRUE(say(socket, part));
        run();
    }

    const Heard heard = hear(socket);

    EXPECT_TRUE(heard.has_ended);
    EXPECT_NE(heard.text.find("at most 65536 bytes"), std::string::npos) << heard.text;
    EXPECT_EQ(ask(R"({"verb":"who"})")["target"], "desk");
}

TEST_F(ControlServerTest, EndsWithWhoDoesNotReadItsAnswers) {
    const UniqueFd socket = connect();
    std::string flood;
    for (int i = 0; i < 200; ++i) {
        flood += "{\"verb\":\"stats\"}\n";
    }
    bool is_dropped = false;
    for (int i = 0; i < 20000 && !is_dropped; ++i) {
        const auto sent = send_with_fds(socket, std::as_bytes(std::span(flood)), {});
        is_dropped = !sent && sent.error().os_code == EPIPE;
        EXPECT_TRUE(loop_.run_once(Nanoseconds(0)));
    }

    EXPECT_TRUE(is_dropped);
    EXPECT_EQ(ask(R"({"verb":"who"})")["target"], "desk");
}

TEST_F(ControlServerTest, MakesRoomForTheNext) {
    std::vector<UniqueFd> crowd;
    for (std::size_t i = 0; i < 3 * ControlServer::kMaxClients; ++i) {
        crowd.push_back(connect());
        run();
    }

    EXPECT_EQ(ask(R"({"verb":"who"})")["target"], "desk");
    EXPECT_TRUE(hear(crowd.front()).has_ended);
    EXPECT_FALSE(hear(crowd.back()).has_ended);
}

TEST_F(ControlServerTest, IsForItsOwnerOnly) {
    struct stat info{};
    ASSERT_EQ(::stat(server_->path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    ASSERT_EQ(::stat(folder_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

/// In a process of its own, which ends at once; `body` gives its exit status.
int in_another_process(const std::function<int()>& body) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(body());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(ControlServerTest, RefusesAnotherUserEvenWhereTheFileLetsItIn) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can become another user";
    }
    for (std::string path = folder_; path.size() >= base_.size();
         path = std::filesystem::path(path).parent_path()) {
        ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
    }
    ASSERT_EQ(::chmod(server_->path().c_str(), 0666), 0);
    const std::string answer_file = base_ + "/answer";
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setuid(54321) != 0) {
            ::_exit(2);
        }
        const auto socket = connect_unix(server_->path(), SocketKind::Stream);
        if (!socket) {
            ::_exit(3);
        }
        static_cast<void>(say(*socket, "{\"verb\":\"quit\"}\n"));
        std::string heard;
        std::array<std::byte, 4096> buffer{};
        while (true) {
            const auto received = receive_with_fds(*socket, buffer);
            if (!received || received->size == 0) {
                break;
            }
            heard.append(reinterpret_cast<const char*>(buffer.data()), received->size);
        }
        ::_exit(heard.find("user 54321 may not control this viewer") != std::string::npos ? 0 : 4);
    }
    int status = -1;
    const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(10);
    while (::waitpid(child, &status, WNOHANG) == 0 && monotonic_now() < give_up) {
        run();
    }

    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_FALSE(told_.has_quit);
}

TEST_F(ControlServerTest, LeavesNothingBehind) {
    server_.reset();

    EXPECT_FALSE(std::filesystem::exists(base_ + "/oriel"));
}

TEST_F(ControlServerTest, RemovesWhatAKilledViewerLeftAndNothingElse) {
    const std::string living = server_->path();
    const std::string& folder = folder_;
    EXPECT_EQ(in_another_process([&] {
                  PollLoop loop;
                  Told told;
                  static auto killed = ControlServer::open(loop, told, folder).value().release();
                  return killed != nullptr ? 0 : 1;
              }),
              0);
    ASSERT_EQ(control_sockets(folder_).size(), 2U);

    const auto another = ControlServer::open(loop_, told_, folder_).value();

    EXPECT_EQ(control_sockets(folder_), (std::vector<std::string>{another->path(), living}));
    EXPECT_NE(another->path(), living);
}

TEST_F(ControlServerTest, TrustsNoFolderOfAnotherUser) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can give a folder away";
    }
    ASSERT_EQ(::chown(folder_.c_str(), 54321, 54321), 0);

    EXPECT_TRUE(control_sockets(folder_).empty());
    EXPECT_FALSE(ControlServer::open(loop_, told_, folder_));
}

}  // namespace
}  // namespace oriel
