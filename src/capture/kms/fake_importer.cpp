// SPDX-License-Identifier: MIT
#include "capture/kms/fake_importer.h"

#include <cstring>
#include <utility>
#include <vector>

namespace oriel::kms_capture {
namespace {

/// Counted for as long as it lives.
class Held {
  public:
    explicit Held(std::shared_ptr<FakeGpu> gpu) : gpu_(std::move(gpu)) { ++gpu_->held; }

    ~Held() { --gpu_->held; }

    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

    const std::shared_ptr<FakeGpu>& gpu() const { return gpu_; }

  private:
    std::shared_ptr<FakeGpu> gpu_;
};

class FakeImport final : public ImportedFramebuffer {
  public:
    FakeImport(std::shared_ptr<FakeGpu> gpu, const FramebufferMemory& memory)
        : held_(std::move(gpu)),
          layout_(layout_as_imported(*layout_of(memory.format.fourcc))),
          size_(memory.size),
          bytes_(memory.size.area() * kStep) {}

    Result<MappedPixels> read() override {
        if (held_.gpu()->read_error) {
            return Failure(*held_.gpu()->read_error);
        }
        for (std::size_t at = 0; at < bytes_.size(); at += kStep) {
            std::memcpy(bytes_.data() + at, &held_.gpu()->pixel, kStep);
        }
        return MappedPixels{size_, size_.width * kStep, layout_, bytes_};
    }

  private:
    static constexpr std::size_t kStep = 4;

    Held held_;
    PixelLayout layout_;
    Size size_;
    std::vector<std::byte> bytes_;
};

class FakeImporter final : public FramebufferImporter {
  public:
    explicit FakeImporter(std::shared_ptr<FakeGpu> gpu) : held_(std::move(gpu)) {}

    std::string name() const override { return "fake"; }

    Result<std::unique_ptr<ImportedFramebuffer>> import(const FramebufferMemory& memory) override {
        if (held_.gpu()->import_error) {
            return Failure(*held_.gpu()->import_error);
        }
        ++held_.gpu()->imported;
        return std::make_unique<FakeImport>(held_.gpu(), memory);
    }

  private:
    Held held_;
};

}  // namespace

FramebufferImports::Open FakeGpu::opener(std::shared_ptr<FakeGpu> gpu) {
    return [gpu = std::move(gpu)]() -> Result<std::unique_ptr<FramebufferImporter>> {
        ++gpu->opened;
        if (gpu->open_error) {
            return Failure(*gpu->open_error);
        }
        return std::make_unique<FakeImporter>(gpu);
    };
}

}  // namespace oriel::kms_capture
