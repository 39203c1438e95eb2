// SPDX-License-Identifier: MIT
#include "capture/d3d12/d3d12_source.h"

#include <utility>

#include "capture/d3d12/copy_queue_writer.h"
#include "capture/d3d12/device12.h"
#include "capture/dxgi/duplication_source.h"
#include "capture/dxgi/system_duplication.h"

namespace oriel {

Result<std::unique_ptr<Source>> open_d3d12_source(const DxgiOptions& options) {
    using namespace dxgi_capture;
    using namespace d3d12_capture;
    ORIEL_TRY_ASSIGN(SystemDuplication system, open_system_duplication(options.output));
    return make_duplication_source(
        "d3d12",
        std::move(system.factory),
        system.device,
        [&](const Microsoft::WRL::ComPtr<ID3D11Device>& device,
            NativeHandle wake) -> Result<std::unique_ptr<SlotWriter>> {
            ORIEL_TRY_ASSIGN(auto bridge, SharedPictureBridge::make(device));
            return CopyQueueWriter::make(
                {.open_device = [adapter = system.adapter] { return open_device12(adapter.Get()); },
                 .importer = std::make_unique<SystemHeapImporter>(),
                 .bridge = std::move(bridge)},
                wake);
        });
}

}  // namespace oriel
