// SPDX-License-Identifier: MIT
#include "host/demo/demo_member.h"

#include <array>
#include <utility>

#include <unistd.h>

namespace oriel {

Result<std::unique_ptr<DemoMember>> DemoMember::start(PollLoop& loop, ChildCommand program) {
    program.output = ChildCommand::Output::Pipe;
    program.complaints = ChildCommand::Complaints::Ours;
    ORIEL_TRY_ASSIGN(ChildProgram child, ChildProgram::start(program));
    return std::unique_ptr<DemoMember>(new DemoMember(loop, std::move(child)));
}

DemoMember::DemoMember(PollLoop& loop, ChildProgram child) : loop_(loop), child_(std::move(child)) {
    watch_ = loop_.watch(child_.output().get(), [this] { hear(); });
}

DemoMember::~DemoMember() {
    if (watch_) {
        loop_.remove(*watch_);
    }
}

void DemoMember::hear() {
    std::array<char, 4096> part{};
    const ssize_t count = ::read(child_.output().get(), part.data(), part.size());
    if (count <= 0) {
        loop_.remove(*watch_);
        watch_.reset();
        return;
    }
    unfinished_.append(part.data(), static_cast<std::size_t>(count));
    std::size_t from = 0;
    for (std::size_t end = unfinished_.find('\n'); end != std::string::npos;
         end = unfinished_.find('\n', from)) {
        take_event(std::string_view(unfinished_).substr(from, end - from), said_);
        from = end + 1;
    }
    unfinished_.erase(0, from);
}

}  // namespace oriel
