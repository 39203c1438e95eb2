// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <memory>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace oriel {
namespace {

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "oriel", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("oriel: %v");
        made->flush_on(spdlog::level::debug);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
    case LogLevel::Debug:
        return spdlog::level::debug;
    case LogLevel::Info:
        return spdlog::level::info;
    case LogLevel::Warning:
        return spdlog::level::warn;
    case LogLevel::Error:
        return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

void log(LogLevel level, std::string_view message) {
    logger().log(spdlog_level(level), message);
}

void log_set_program(const char* program) {
    logger().set_pattern(std::string(program) + ": %v");
}

void log_show_debug() {
    logger().set_level(spdlog::level::debug);
}

}  // namespace oriel
