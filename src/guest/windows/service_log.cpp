// SPDX-License-Identifier: MIT
#include "guest/windows/service_log.h"

#include <string>

#include <fmt/format.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>
#include <windows.h>

#include "base/unique_handle.h"
#include "base/windows/wide_text.h"
#include "guest/windows/event_messages.h"
#include "guest/windows/machine_folder.h"
#include "guest/windows/service_names.h"

namespace oriel {
namespace {

using Writer = std::unique_ptr<spdlog::logger>;

Result<Writer> open_file() {
    constexpr std::size_t kLargest = std::size_t{1} << 20U;
    constexpr std::size_t kOlderOnes = 2;
    ORIEL_TRY_ASSIGN(const std::wstring folder, make_machine_folder());
    const std::string path = to_utf8(folder) + "\\guest.log";
    try {
        auto writer = std::make_unique<spdlog::logger>(
            "guest",
            std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, kLargest, kOlderOnes));
        writer->set_pattern("%Y-%m-%d %H:%M:%S.%e %v");
        writer->flush_on(spdlog::level::trace);
        return writer;
    } catch (const spdlog::spdlog_ex& error) {
        return Failure(Error{ErrorKind::System, 0, error.what()});
    }
}

struct EventSource {
    using Raw = HANDLE;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { static_cast<void>(::DeregisterEventSource(raw)); }
};

}  // namespace

struct ServiceLog::Places {
    UniqueHandle<EventSource> events{::RegisterEventSourceW(nullptr, kServiceName)};
    Writer file;
};

ServiceLog::ServiceLog() : places_(std::make_unique<Places>()) {
    auto file = open_file();
    if (file) {
        places_->file = std::move(*file);
    } else {
        write(LogLevel::Warning, "there is no log file: " + file.error().message);
    }
}

ServiceLog::~ServiceLog() = default;

void ServiceLog::write(LogLevel level, std::string_view message) {
    write_agent_line(fmt::format("service: {}", message));
    if (level < LogLevel::Warning || !places_->events) {
        return;
    }
    const std::wstring text = to_wide(message);
    const wchar_t* const inserted = text.c_str();
    static_cast<void>(
        ::ReportEventW(places_->events.get(),
                       level == LogLevel::Error ? EVENTLOG_ERROR_TYPE : EVENTLOG_WARNING_TYPE,
                       0,
                       ORIEL_EVENT_LINE,
                       nullptr,
                       1,
                       0,
                       const_cast<const wchar_t**>(&inserted),
                       nullptr));
}

void ServiceLog::write_agent_line(std::string_view line) {
    if (places_->file) {
        places_->file->info(line);
    }
}

}  // namespace oriel
