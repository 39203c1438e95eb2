// SPDX-License-Identifier: MIT
#include "guest/service_command.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/output.h"
#include "base/windows/wide_text.h"
#include "guest/windows/event_source.h"
#include "guest/windows/installed_service.h"
#include "guest/windows/machine_folder.h"
#include "guest/windows/service_main.h"
#include "guest/windows/service_settings.h"

namespace oriel {
namespace {

using Verb = ServiceCommandOptions::Verb;

Result<void> install() {
    ORIEL_TRY_ASSIGN(const std::wstring program, own_program());
    ORIEL_TRY_ASSIGN(const InstalledService service,
                     InstalledService::install(L"\"" + program + L"\" service run"));
    ORIEL_TRY(add_event_source(program));
    ORIEL_TRY(make_machine_folder());
    ORIEL_TRY(service.start());
    print_line("the service runs, and starts with Windows");
    return {};
}

Result<InstalledService> find_to_change() {
    ORIEL_TRY_ASSIGN(auto found, InstalledService::find(InstalledService::Wish::Change));
    if (!found) {
        return Failure(Error::not_found(
            "the service is not installed: `oriel-guest service install` installs and starts it"));
    }
    return std::move(*found);
}

Result<void> uninstall() {
    ORIEL_TRY_ASSIGN(InstalledService service, find_to_change());
    ORIEL_TRY(service.stop());
    ORIEL_TRY(InstalledService::remove(std::move(service)));
    return remove_event_source();
}

std::string state_text(const InstalledService::State& state) {
    if (state.runs) {
        return fmt::format("runs, process {}", state.process);
    }
    if (!state.is_gone) {
        return "is being started or stopped";
    }
    return state.exit_code == 0 ? "does not run"
                                : fmt::format("does not run: it ended with {}", state.exit_code);
}

Result<int> print_status() {
    ORIEL_TRY_ASSIGN(const auto service, InstalledService::find(InstalledService::Wish::Look));
    if (!service) {
        print_line("state    not installed: `oriel-guest service install` installs and starts it");
        return 1;
    }
    ORIEL_TRY_ASSIGN(const InstalledService::State state, service->state());
    ORIEL_TRY_ASSIGN(const InstalledService::Setup setup, service->setup());
    ORIEL_TRY_ASSIGN(const std::wstring options, agent_options());
    ORIEL_TRY_ASSIGN(const std::wstring folder, machine_folder_path());
    print_line(fmt::format("state    {}", state_text(state)));
    print_line(fmt::format("starts   {}", setup.starts_at_boot ? "with Windows" : "when told to"));
    print_line(fmt::format("program  {}", to_utf8(setup.command)));
    print_line(fmt::format("options  {}", options.empty() ? "none" : to_utf8(options)));
    print_line(fmt::format("log      {}\\guest.log", to_utf8(folder)));
    return state.runs ? 0 : 1;
}

Result<void> change(Verb verb) {
    if (verb == Verb::Install) {
        return install();
    }
    if (verb == Verb::Uninstall) {
        return uninstall();
    }
    ORIEL_TRY_ASSIGN(const InstalledService service, find_to_change());
    return verb == Verb::Start ? service.start() : service.stop();
}

}  // namespace

Result<int> run_service(const ServiceCommandOptions& options) {
    if (options.scope == ServiceCommandOptions::Scope::User) {
        return Failure(
            Error::unsupported("Windows has no services of a user's session: leave --user out, or "
                               "start `oriel-guest --wait` from the session"));
    }
    switch (options.verb) {
    case Verb::Run:
        return run_as_service();
    case Verb::Status:
        return print_status();
    case Verb::Install:
    case Verb::Uninstall:
    case Verb::Start:
    case Verb::Stop:
        break;
    }
    ORIEL_TRY(change(options.verb));
    return 0;
}

}  // namespace oriel
