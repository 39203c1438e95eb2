// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "edid/make_edid.h"

namespace oriel {

struct EdidMakeOptions {
    EdidOptions edid;
    std::string file;  ///< "-": standard output.
};

struct EdidShowOptions {
    enum class Output : std::uint8_t { Text, Json };

    std::string file;  ///< "-": standard input.
    Output output = Output::Text;
};

/// `oriel edid make`. Returns the exit code.
int run_edid_make(const EdidMakeOptions& options);

/// `oriel edid show`. Returns the exit code: 1 also where something is wrong with the block.
int run_edid_show(const EdidShowOptions& options);

}  // namespace oriel
