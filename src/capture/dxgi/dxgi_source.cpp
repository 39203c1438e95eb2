// SPDX-License-Identifier: MIT
#include "capture/dxgi/dxgi_source.h"

#include <utility>

#include "capture/dxgi/duplication_source.h"
#include "capture/dxgi/staging_writer.h"
#include "capture/dxgi/system_duplication.h"

namespace oriel {

Result<std::unique_ptr<Source>> open_dxgi_source(const DxgiOptions& options) {
    using namespace dxgi_capture;
    ORIEL_TRY_ASSIGN(SystemDuplication system, open_system_duplication(options.output));
    return make_duplication_source(
        "dxgi", std::move(system.factory), system.device, make_staging_writer);
}

}  // namespace oriel
