// SPDX-License-Identifier: MIT
#pragma once

#include "input/input_target.h"
#include "region/target.h"
#include "viewer/viewer_options.h"

namespace oriel {

/// What a viewer of `region` opens where a person said `--input INPUT`.
///
/// Auto: what the region's broker was told; else the SPICE server of the libvirt domain that has
/// the region's name (domain_input.h); else none, and the window says so. Whatever of this does not
/// work is no error: then there is none.
OpenInput input_for(const InputTarget& input, const Target& region);

}  // namespace oriel
