// SPDX-License-Identifier: MIT
#include "gpu/open_importer.h"

#include <cerrno>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <xf86drm.h>

#include "base/linux/module.h"
#include "base/log.h"

namespace oriel::gpu {
namespace {

Result<std::unique_ptr<FramebufferImporter>> open_one(const ImporterModule& module,
                                                      const std::string& path,
                                                      Renderer renderer) {
    UniqueFd node(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!node) {
        return Failure(Error::unsupported(Error::system("open " + path, errno).message));
    }
    // Of a render node nobody is the master; of a card we do not want to be.
    static_cast<void>(drmDropMaster(node.get()));
    auto importer = module.open(std::move(node), renderer);
    if (!importer) {
        return Failure(Error::unsupported("cannot use " + path + ": " + importer.error().message));
    }
    return importer;
}

}  // namespace

Result<std::unique_ptr<FramebufferImporter>> open_importer(const std::vector<std::string>& paths,
                                                           Renderer renderer) {
    if (paths.empty()) {
        return Failure(Error::unsupported("no GPU is there: /dev/dri has no renderD*"));
    }
    ORIEL_TRY_ASSIGN(const void* const functions, load_module(kImporterModule));
    const auto& module = *static_cast<const ImporterModule*>(functions);
    std::optional<Error> first_error;
    for (const std::string& path : paths) {
        auto importer = open_one(module, path, renderer);
        if (importer) {
            log(LogLevel::Debug,
                fmt::format("{} ({}) reads the screen", (*importer)->name(), path));
            return importer;
        }
        first_error = std::move(first_error).value_or(importer.error());
    }
    return Failure(*std::move(first_error));
}

}  // namespace oriel::gpu
