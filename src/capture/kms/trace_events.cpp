// SPDX-License-Identifier: MIT
#include "capture/kms/trace_events.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/parse_number.h"
#include "capture/kms/trace_line.h"

namespace oriel::kms_capture {
namespace {

constexpr const char* kProbes = "kprobe_events";
constexpr std::string_view kOurs = "oriel";

std::string instance_of(pid_t process) {
    return fmt::format("instances/{}-{}", kOurs, process);
}

/// The kernel allows no dash here.
std::string group_of(pid_t process) {
    return fmt::format("{}_{}", kOurs, process);
}

std::string switch_of(pid_t process) {
    return fmt::format("{}/events/{}/enable", instance_of(process), group_of(process));
}

bool is_alive(pid_t process) {
    return ::kill(process, 0) == 0 || errno != ESRCH;
}

void remove_probe(const TraceFolder& folder, const std::string& probe) {
    static_cast<void>(folder.write(kProbes, "-:" + probe + "\n"));
}

void remove_instance(const TraceFolder& folder, pid_t process) {
    static_cast<void>(folder.write(switch_of(process), "0"));
    folder.remove_folder(instance_of(process));
}

/// Of processes that ended without: killed ones. A namesake of ours is one of those.
void remove_stale(const TraceFolder& folder) {
    const auto is_stale = [](std::string_view name) {
        const auto owner = owner_of(name);
        return owner && (*owner == ::getpid() || !is_alive(*owner));
    };
    for (const std::string& name : folder.folders("instances")) {
        if (is_stale(name)) {
            remove_instance(folder, *owner_of(name));
        }
    }
    const auto definitions = folder.read(kProbes);
    if (!definitions) {
        return;
    }
    for (const std::string& probe : own_probes(*definitions)) {
        if (is_stale(probe.substr(0, probe.find('/')))) {
            remove_probe(folder, probe);
        }
    }
}

class TraceEvents final : public ChangeEvents {
  public:
    explicit TraceEvents(TraceFolder folder) : folder_(std::move(folder)) {}

    ~TraceEvents() override {
        stop();
        // Before its folder: an instance that is read cannot go.
        pipe_.reset();
        folder_.remove_folder(instance_of(process_));
        for (const std::string& probe : probes_) {
            remove_probe(folder_, probe);
        }
    }

    TraceEvents(const TraceEvents&) = delete;
    TraceEvents& operator=(const TraceEvents&) = delete;

    Result<void> open();

    int fd() const override { return pipe_.get(); }

    Result<void> start() override { return folder_.write(switch_of(process_), "1"); }

    void stop() override { static_cast<void>(folder_.write(switch_of(process_), "0")); }

    ChangeNotice take() override;

  private:
    void add_probes();

    const TraceFolder folder_;
    const pid_t process_ = ::getpid();
    std::vector<std::string> probes_;
    UniqueFd pipe_;
};

Result<void> TraceEvents::open() {
    remove_stale(folder_);
    add_probes();
    if (probes_.empty()) {
        return Failure(
            Error::unsupported("this kernel lets none of its screen functions be traced"));
    }
    const std::string instance = instance_of(process_);
    ORIEL_TRY(folder_.make_folder(instance));
    ORIEL_TRY(folder_.write(instance + "/trace_clock", "mono"));
    // Readable from the first event on. Older kernels know no such file and do so anyway.
    static_cast<void>(folder_.write(instance + "/buffer_percent", "0"));
    static_cast<void>(folder_.write(instance + "/buffer_size_kb", "16"));
    ORIEL_TRY_ASSIGN(pipe_, folder_.open_pipe(instance + "/trace_pipe"));
    return {};
}

/// Those that this kernel has.
void TraceEvents::add_probes() {
    for (const TraceProbe& probe : kTraceProbes) {
        const std::string name = group_of(process_) + "/" + probe.name;
        if (folder_.write(kProbes, fmt::format("r:{} {}\n", name, probe.symbol))) {
            probes_.push_back(name);
        }
    }
}

ChangeNotice TraceEvents::take() {
    ChangeNotice notice;
    std::array<char, 8192> text{};
    for (;;) {
        const ssize_t got = ::read(pipe_.get(), text.data(), text.size());
        if (got <= 0) {
            return notice;
        }
        // A read gives whole lines.
        const ChangeNotice more = read_trace({text.data(), static_cast<std::size_t>(got)});
        notice.is_content = notice.is_content || more.is_content;
        notice.is_cursor = notice.is_cursor || more.is_cursor;
        if (more.since && (!notice.since || *more.since < *notice.since)) {
            notice.since = more.since;
        }
    }
}

}  // namespace

Result<std::unique_ptr<ChangeEvents>> open_trace_events(TraceFolder folder) {
    auto events = std::make_unique<TraceEvents>(std::move(folder));
    ORIEL_TRY(events->open());
    return events;
}

std::optional<pid_t> owner_of(std::string_view name) {
    if (!name.starts_with(kOurs) || name.size() < kOurs.size() + 2) {
        return std::nullopt;
    }
    const char mark = name[kOurs.size()];
    const std::string_view digits = name.substr(kOurs.size() + 1);
    const auto process = parse_number<pid_t>(digits);
    return (mark == '-' || mark == '_') && process > 0 ? process : std::nullopt;
}

std::vector<std::string> own_probes(std::string_view definitions) {
    std::vector<std::string> probes;
    while (!definitions.empty()) {
        const std::string_view line = definitions.substr(0, definitions.find('\n'));
        definitions.remove_prefix(std::min(line.size() + 1, definitions.size()));
        // "r32:GROUP/EVENT SYMBOL"
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) {
            continue;
        }
        const std::string_view name = line.substr(colon + 1, line.find(' ', colon) - colon - 1);
        if (owner_of(name.substr(0, name.find('/')))) {
            probes.emplace_back(name);
        }
    }
    return probes;
}

}  // namespace oriel::kms_capture
