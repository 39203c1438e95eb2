// SPDX-License-Identifier: MIT
#include "host/bench/bench.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/log.h"
#include "base/output.h"
#include "base/report.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_machine.h"
#include "host/bench/bench_supervisor.h"

namespace oriel {
namespace {

Result<std::vector<const Bench*>> choose(const std::vector<std::string>& names) {
    std::vector<const Bench*> chosen;
    std::vector<const char*> known;
    for (const Bench& bench : all_benches()) {
        known.push_back(bench.name);
        if (names.empty()) {
            chosen.push_back(&bench);
        }
    }
    for (const std::string& name : names) {
        const auto found = std::ranges::find(all_benches(), name, &Bench::name);
        if (found == all_benches().end()) {
            return Failure(Error::usage(fmt::format(
                "no bench is called \"{}\"; there are: {}", name, fmt::join(known, ", "))));
        }
        chosen.push_back(&*found);
    }
    return chosen;
}

/// What runs now, on a terminal, until there are figures.
class Progress {
  public:
    explicit Progress(const Bench& bench) : is_shown_(::isatty(STDERR_FILENO) == 1) {
        if (is_shown_) {
            say(fmt::format("{}: {}, about {} s ...", bench.name, bench.what, bench.seconds));
        }
    }

    ~Progress() {
        if (is_shown_) {
            say("\r\033[K");
        }
    }

    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

  private:
    static void say(const std::string& text) {
        static_cast<void>(std::fputs(text.c_str(), stderr));
    }

    bool is_shown_;
};

Result<BenchFigures> run_shown(const Bench& bench) {
    const Progress progress(bench);
    return bench.run();
}

/// In the bench's own process. Returns its exit code.
int run_one(const Bench& bench, BenchOptions::Output output) {
    const bool json = output == BenchOptions::Output::Json;
    const auto figures = run_shown(bench);
    if (!figures) {
        log(LogLevel::Error,
            fmt::format("bench {} could not run: {}", bench.name, figures.error().message));
        if (json) {
            print_line(bench_failure_json(bench.name, figures.error().message));
        }
        return 1;
    }
    for (const BenchFigure& figure : *figures) {
        print_line(json ? bench_json(figure) : bench_text(figure));
    }
    return 0;
}

}  // namespace

int run_bench(const BenchOptions& options) {
    const auto chosen = choose(options.names);
    if (!chosen) {
        return report_failure(chosen.error());
    }
    auto supervisor = BenchSupervisor::create();
    if (!supervisor) {
        return report_failure(supervisor.error());
    }
    const BenchMachine machine = this_machine();
    if (options.output == BenchOptions::Output::Json) {
        print_line(machine_json(machine));
    } else {
        print_line(machine_text(machine));
        print_line(bench_text_header());
    }
    int code = 0;
    for (const Bench* bench : *chosen) {
        const auto ended =
            supervisor->run([&] { return finish_output(run_one(*bench, options.output)); });
        if (ended.outcome == BenchSupervisor::Outcome::Interrupted) {
            return 1;
        }
        if (ended.outcome == BenchSupervisor::Outcome::Died) {
            log(LogLevel::Error, fmt::format("bench {} died: signal {}", bench->name, ended.code));
        }
        code = ended.code == 0 ? code : 1;
    }
    return code;
}

}  // namespace oriel
