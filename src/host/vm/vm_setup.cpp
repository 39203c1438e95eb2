// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/log.h"
#include "base/output.h"
#include "domain/domain_graphics.h"
#include "domain/libvirt.h"
#include "host/vm/broker_unit.h"
#include "host/vm/definition_backup.h"
#include "host/vm/domain_edit.h"
#include "host/vm/text_diff.h"
#include "host/vm/vm_command.h"

namespace oriel {
namespace {

/// A domain that is about to be changed.
struct Subject {
    std::unique_ptr<Libvirt> libvirt;
    Libvirt::Domain domain;
    DomainRegion region;
    XmlDocument now;
};

BrokerUnit unit_of(const Subject& subject) {
    return {subject.region.broker.name,
            is_system_uri(subject.libvirt->uri()) ? BrokerUnit::Scope::System
                                                  : BrokerUnit::Scope::User};
}

Result<Subject> open_subject(const VmOptions& options) {
    ORIEL_TRY_ASSIGN(auto libvirt, connect_libvirt_with(options.target, options.uri));
    ORIEL_TRY_ASSIGN(const Libvirt::Domain domain, libvirt->find(options.target));
    if (!domain.is_persistent) {
        return Failure(Error::usage(fmt::format(
            "{} is gone once it ends, and so would be what is changed in it: `virsh define` it "
            "first",
            domain.name)));
    }
    ORIEL_TRY_ASSIGN(const std::string capabilities, libvirt->capabilities());
    ORIEL_TRY_ASSIGN(const HostSecurity security, host_security(capabilities));
    ORIEL_TRY_ASSIGN(DomainRegion region,
                     domain_region(region_name_for(domain.name), libvirt->uri(), security));
    ORIEL_TRY_ASSIGN(std::string text, libvirt->xml(domain.name));
    ORIEL_TRY_ASSIGN(XmlDocument now,
                     XmlDocument::parse(std::move(text), "the definition of " + domain.name));
    return Subject{std::move(libvirt), domain, std::move(region), std::move(now)};
}

/// Whether to go on. Errors: Usage where nobody can be asked.
Result<bool> may_change(const VmOptions& options, const std::string& question) {
    if (options.changes != VmOptions::Changes::Asked) {
        return options.changes == VmOptions::Changes::Made;
    }
    if (::isatty(STDIN_FILENO) != 1) {
        return Failure(Error::usage("nobody is there to be asked: say --yes, or --dry-run"));
    }
    print_text(question + " [y/N] ");
    char answer[16] = "";
    const bool is_yes = std::fgets(answer, sizeof(answer), stdin) != nullptr &&
                        (std::strcmp(answer, "y\n") == 0 || std::strcmp(answer, "yes\n") == 0);
    if (!is_yes) {
        print_line("nothing was changed");
    }
    return is_yes;
}

/// Shows it, asks, keeps what was. False: nothing is to be changed.
Result<bool> agree(const VmOptions& options, const Subject& subject, const std::string& wanted) {
    print_text(text_diff(subject.now.text(), wanted, colours_for_stdout()));
    ORIEL_TRY_ASSIGN(const bool may,
                     may_change(options, fmt::format("Change {} so?", subject.domain.name)));
    if (!may) {
        return false;
    }
    ORIEL_TRY_ASSIGN(const std::string current, subject.libvirt->xml(subject.domain.name));
    if (current != subject.now.text()) {
        return Failure(Error::busy(fmt::format(
            "{} was changed by somebody else meanwhile: try again", subject.domain.name)));
    }
    ORIEL_TRY_ASSIGN(const std::string kept, keep_definition(subject.region.broker.name, current));
    print_line("kept what it was in " + kept);
    return true;
}

/// Defines it, and notes what libvirt made of it.
Result<void> define_noted(const Subject& subject,
                          const XmlDocument& without,
                          const std::string& wanted) {
    ORIEL_TRY(subject.libvirt->define(wanted));
    ORIEL_TRY_ASSIGN(std::string text, subject.libvirt->xml(subject.domain.name));
    ORIEL_TRY_ASSIGN(const XmlDocument defined,
                     XmlDocument::parse(std::move(text), "the definition libvirt made"));
    const auto notes = notes_of(defined);
    if (!notes) {
        return Failure(Error::protocol("libvirt did not keep the <metadata> it was given"));
    }
    return subject.libvirt->define(
        with_notes(defined, with_side_effects(*notes, without, defined)));
}

/// The domain as it was if anything of it cannot be done.
Result<void> define_or_restore(const Subject& subject,
                               const XmlDocument& without,
                               const std::string& wanted) {
    const auto defined = define_noted(subject, without, wanted);
    if (!defined) {
        if (const auto restored = subject.libvirt->define(subject.now.text()); !restored) {
            log(LogLevel::Error, restored.error().message);
        }
    }
    return defined;
}

/// Says what a person has to do before the change is in effect.
void say_when(const Subject& subject) {
    if (subject.domain.has_managed_save) {
        log(LogLevel::Warning,
            fmt::format("{0} has a saved state, which has the old devices: `virsh "
                        "managedsave-remove {0}`, or start it once and shut it down",
                        subject.domain.name));
    }
    if (subject.domain.is_running) {
        print_line(
            fmt::format("{} is running: the change is in effect when it is started the next time",
                        subject.domain.name));
    }
}

/// Has the broker started when the domain connects.
Result<void> enable_broker(const Subject& subject) {
    if (subject.region.device == DomainRegion::Device::Plain) {
        return {};
    }
    const BrokerUnit unit = unit_of(subject);
    if (!has_service_manager(unit)) {
        print_line("no service manager runs here; before the virtual machine starts, run");
        print_line("  " + broker_by_hand(unit));
        return {};
    }
    ORIEL_TRY(run_command(enable_command(unit)));
    if (unit.scope == BrokerUnit::Scope::System) {
        print_line("who may view it: members of the group oriel (`sudo usermod -aG oriel USER`)");
    }
    return {};
}

std::string next_step(const Subject& subject) {
    return subject.region.device == DomainRegion::Device::Plain
               ? "oriel view file:/dev/shm/" + subject.region.broker.name
               : "oriel view " + subject.region.broker.name;
}

/// Errors: Usage, naming the first thing that a person has to change.
Result<void> refuse_what_is_wrong(const Subject& subject, const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
        if (finding.level == Finding::Level::Wrong) {
            return Failure(Error::usage(fmt::format(
                "{0}: {1}; see `oriel vm check {0}`", subject.domain.name, finding.text)));
        }
    }
    return {};
}

/// For a domain that lacks nothing.
Result<int> only_enable(const VmOptions& options, const Subject& subject) {
    print_line(subject.domain.name + " lacks nothing");
    if (options.changes != VmOptions::Changes::Shown) {
        ORIEL_TRY(enable_broker(subject));
    }
    return 0;
}

/// What is known before libvirt has seen it.
DomainNotes first_notes(const Subject& subject) {
    const BrokerUnit unit = unit_of(subject);
    const auto earlier = notes_of(subject.now);
    DomainNotes notes;
    notes.region = subject.region.broker.name;
    notes.has_unit = (earlier && earlier->has_unit) ||
                     (subject.region.device == DomainRegion::Device::Doorbell &&
                      has_service_manager(unit) && !is_enabled(unit));
    return notes;
}

}  // namespace

Result<int> set_up_vm(const VmOptions& options) {
    ORIEL_TRY_ASSIGN(const Subject subject, open_subject(options));
    ORIEL_TRY_ASSIGN(const auto found, check_domain(subject.now, subject.region));
    ORIEL_TRY(refuse_what_is_wrong(subject, found));
    if (is_fit(found)) {
        return only_enable(options, subject);
    }
    ORIEL_TRY_ASSIGN(const XmlDocument without,
                     XmlDocument::parse(without_region(subject.now).xml, "the definition"));
    ORIEL_TRY_ASSIGN(const auto lacking, check_domain(without, subject.region));
    const std::string wanted =
        with_region(without, subject.region, pieces_to_add(without, lacking), first_notes(subject));
    ORIEL_TRY_ASSIGN(const bool may, agree(options, subject, wanted));
    if (may) {
        ORIEL_TRY(define_or_restore(subject, without, wanted));
        ORIEL_TRY(enable_broker(subject));
        say_when(subject);
        print_line("see it, once the agent runs in the guest:  " + next_step(subject));
    }
    return 0;
}

Result<int> remove_vm(const VmOptions& options) {
    ORIEL_TRY_ASSIGN(const Subject subject, open_subject(options));
    const auto notes = notes_of(subject.now);
    const WithoutRegion without = without_region(subject.now);
    for (const std::string& left : without.left) {
        log(LogLevel::Warning, subject.domain.name + ": " + left);
    }
    if (without.xml == subject.now.text()) {
        print_line(subject.domain.name + " has nothing of Oriel's in it");
        return 0;
    }
    ORIEL_TRY_ASSIGN(const bool may, agree(options, subject, without.xml));
    if (!may) {
        return 0;
    }
    ORIEL_TRY(subject.libvirt->define(without.xml));
    const BrokerUnit unit = unit_of(subject);
    if (notes && notes->has_unit && has_service_manager(unit)) {
        ORIEL_TRY(run_command(disable_command(unit, !subject.domain.is_running)));
    }
    say_when(subject);
    return 0;
}

}  // namespace oriel
