// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/linux/child_program.h"
#include "base/linux/fd.h"
#include "base/result.h"
#include "gpu/udmabuf.h"
#include "relay/geometry.h"

namespace oriel::gpu {

/// A picture in a memory file, as a GPU would be given it.
struct ImportTrial {
    /// The GPU's: "/dev/dri/renderD128"; empty: the CPU, where there is no GPU.
    std::string node;
    Size size;                 ///< Of the picture, four bytes a pixel.
    std::uint32_t stride = 0;  ///< Bytes.
    MemoryPart slot;  ///< Where it lies in the file, whole pages; the picture is at its start.
    std::uint64_t memory_size = 0;  ///< Of the file.
};

inline constexpr const char* kProbeProgram = "oriel-gpu-probe";

/// Finds out whether a GPU sees in a dma-buf what is in memory, by a program of ours that ends with
/// it: a driver may take its time, or crash, and leaves nothing behind.
///
/// Lifetime: the program ends with this object. Blocks: the destructor, until it has.
class ImportProbe {
  public:
    /// Errors: Unsupported where that program is not there.
    static Result<ImportProbe> start(const ImportTrial& trial);

    /// Readable when take_answer() has something to read.
    int fd() const { return child_.output().get(); }

    /// What the GPU calls itself; or, Unsupported, why not. Nothing: not known yet. Never blocks.
    std::optional<Result<std::string>> take_answer();

  private:
    explicit ImportProbe(ChildProgram child) : child_(std::move(child)) {}

    ChildProgram child_;
    std::string said_;
};

/// As the program takes a trial and says how it went.
std::vector<std::string> arguments_of(const ImportTrial& trial);
std::optional<ImportTrial> trial_of(std::span<char* const> arguments);
std::string line_of(const Result<std::string>& answer);
Result<std::string> answer_of(const std::string& line);

}  // namespace oriel::gpu
