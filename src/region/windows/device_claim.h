// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/native_handle.h"
#include "base/result.h"

namespace oriel {

/// To be held by whoever of us opens an ivshmem device, from before that until its handle is
/// closed, so that none of us opens a second one: some versions of the driver stop the machine when
/// one is closed while another handle has an event registered.
///
/// `path` is the device's, `name` is for messages. Errors: Busy where another one of us holds it;
/// System.
Result<OwnedHandle> claim_device(const std::wstring& path, const std::string& name);

}  // namespace oriel
