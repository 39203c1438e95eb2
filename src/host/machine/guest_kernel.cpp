// SPDX-License-Identifier: MIT
#include "host/machine/guest_kernel.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "base/linux/child_program.h"
#include "base/linux/module.h"

namespace oriel {
namespace {

constexpr const char* kScript = "fetch-guest-kernel";
constexpr std::string_view kItSays = "fetch-guest-kernel: ";
constexpr Nanoseconds kDownloadLimit = std::chrono::minutes(30);
constexpr std::size_t kMostOutput = 4096;

/// What each module needs, by name.
using Dependencies = std::map<std::string, std::vector<std::string>>;

Dependencies read_dependencies(const GuestKernel& kernel) {
    Dependencies dependencies;
    std::ifstream file(kernel.folder + "/modules/depends");
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string name;
        std::string needed;
        words >> name;
        auto& needs = dependencies[name];
        while (words >> needed) {
            needs.push_back(needed);
        }
    }
    return dependencies;
}

/// A line of modules.builtin is a path: kernel/drivers/char/virtio_console.ko.
bool is_built_in(const GuestKernel& kernel, const std::string& name) {
    std::ifstream file(kernel.folder + "/modules/builtin");
    std::string line;
    while (std::getline(file, line)) {
        std::string found = std::filesystem::path(line).stem();
        std::ranges::replace(found, '-', '_');
        if (found == name) {
            return true;
        }
    }
    return false;
}

/// Depth first. What depends on itself in a circle (no kernel's do) ends as well: a name is noted
/// before what it needs is followed.
class Order {
  public:
    Order(const GuestKernel& kernel, Dependencies dependencies)
        : kernel_(kernel), dependencies_(std::move(dependencies)) {}

    Result<void> add(const std::string& name) {
        if (std::ranges::find(seen_, name) != seen_.end()) {
            return {};
        }
        seen_.push_back(name);
        const auto needs = dependencies_.find(name);
        if (needs == dependencies_.end()) {
            if (is_built_in(kernel_, name)) {
                return {};
            }
            return Failure(Error::not_found(
                fmt::format("the guest's kernel {} has no module {}", kernel_.release, name)));
        }
        for (const std::string& needed : needs->second) {
            ORIEL_TRY(add(needed));
        }
        order_.push_back(name);
        return {};
    }

    std::vector<std::string> take() { return std::move(order_); }

  private:
    const GuestKernel& kernel_;
    Dependencies dependencies_;
    std::vector<std::string> seen_;
    std::vector<std::string> order_;
};

}  // namespace

Result<GuestKernel> find_guest_kernel(KernelFetch fetch) {
    const std::string script = helper_file(kScript);
    std::vector<std::string> arguments{script, "--reason"};
    if (fetch == KernelFetch::Cached) {
        arguments.emplace_back("--cached");
    }
    ORIEL_TRY_ASSIGN(ChildProgram child,
                     ChildProgram::start({.label = kScript,
                                          .arguments = std::move(arguments),
                                          .environment = {},
                                          .output = ChildCommand::Output::Pipe,
                                          .complaints = ChildCommand::Complaints::Ours}));
    ORIEL_TRY_ASSIGN(const auto bytes, read_output(child, kMostOutput, kDownloadLimit));
    static_cast<void>(child.wait(kDownloadLimit));
    std::string folder;
    for (const std::byte byte : bytes) {
        folder.push_back(static_cast<char>(byte));
    }
    while (folder.ends_with('\n')) {
        folder.pop_back();
    }
    if (child.exit_code() != 0 || folder.empty()) {
        if (folder.starts_with(kItSays)) {
            folder.erase(0, kItSays.size());
        }
        return Failure(Error::not_found(folder.empty() ? "no kernel for a guest" : folder));
    }
    GuestKernel kernel{folder, ""};
    std::ifstream(folder + "/release") >> kernel.release;
    return kernel;
}

Result<std::vector<std::string>> modules_in_order(const GuestKernel& kernel,
                                                  std::span<const std::string> wanted) {
    Order order(kernel, read_dependencies(kernel));
    for (const std::string& name : wanted) {
        ORIEL_TRY(order.add(name));
    }
    return order.take();
}

}  // namespace oriel
