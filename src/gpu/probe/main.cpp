// SPDX-License-Identifier: MIT
// Tells, in one line, whether a GPU can be given dma-bufs that are memory: for ImportProbe.
#include <cstdio>
#include <span>

#include <unistd.h>

#include "gpu/import_probe.h"
#include "gpu/probe/import_trial.h"

namespace {

/// A driver that has not answered by then never will.
constexpr unsigned kLongestSeconds = 20;

}  // namespace

int main(int argc, char** argv) {
    const std::span<char* const> arguments(argv, static_cast<std::size_t>(argc));
    const auto trial = oriel::gpu::trial_of(arguments.subspan(1));
    if (!trial) {
        std::fputs("usage: oriel-gpu-probe NODE WIDTH HEIGHT STRIDE OFFSET BYTES BYTES_OF_ALL\n",
                   stderr);
        return 2;
    }
    ::alarm(kLongestSeconds);
    const auto answer = oriel::gpu::try_import(*trial);
    std::fputs(oriel::gpu::line_of(answer).c_str(), stdout);
    return answer ? 0 : 1;
}
