// SPDX-License-Identifier: MIT
#include "host/machine/kvm_guest.h"

#include <array>
#include <cstring>
#include <span>
#include <vector>

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "base/linux/fd.h"

namespace oriel {
namespace {

constexpr std::size_t kMemory = 1U << 20U;
constexpr std::uint64_t kCodeAt = 0x1000;
constexpr std::uint64_t kStackAt = 0x9000;
constexpr std::uint64_t kTablesAt = 0x10000;
constexpr std::uint16_t kPort = 0xF4;
constexpr unsigned char kDone = 0x4F;

/// Reloads its page tables, counts ten million down, and says so.
constexpr std::array<unsigned char, 19> kCode{
    0x0F, 0x20,  0xD8,              // mov %cr3, %rax
    0x0F, 0x22,  0xD8,              // mov %rax, %cr3
    0xB9, 0x80,  0x96, 0x98, 0x00,  // mov $10000000, %ecx
    0xFF, 0xC9,                     // 1: dec %ecx
    0x75, 0xFC,                     // jnz 1b
    0xB0, kDone,                    // mov $kDone, %al
    0xE6, kPort,                    // out %al, $kPort
};

// As C defines it: in C++ the kernel's struct has another size, and with it the request.
constexpr unsigned long kGetSupportedCpuid = _IOWR(KVMIO, 0x05, std::uint64_t);
constexpr unsigned long kSetCpuid = _IOW(KVMIO, 0x90, std::uint64_t);

/// Memory shared with the guest, or of the virtual processor.
class Mapping {
  public:
    Mapping(std::size_t size, int flags, int fd)
        : size_(size),
          address_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | flags, fd, 0)) {}

    ~Mapping() {
        if (address_ != MAP_FAILED) {
            ::munmap(address_, size_);
        }
    }

    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    explicit operator bool() const { return address_ != MAP_FAILED; }

    std::span<unsigned char> bytes() const {
        return {static_cast<unsigned char*>(address_), size_};
    }

  private:
    std::size_t size_;
    void* address_;
};

void store(std::span<unsigned char> memory, std::uint64_t at, std::uint64_t word) {
    std::memcpy(&memory[at], &word, sizeof(word));
}

/// The code, and page tables that map the first 2 MiB to themselves.
void fill(std::span<unsigned char> memory) {
    constexpr std::uint64_t kPage = 4096;
    constexpr std::uint64_t kPresentWritable = 3;
    constexpr std::uint64_t kLarge = 0x80;
    store(memory, kTablesAt, (kTablesAt + kPage) | kPresentWritable);
    store(memory, kTablesAt + kPage, (kTablesAt + 2 * kPage) | kPresentWritable);
    store(memory, kTablesAt + 2 * kPage, kLarge | kPresentWritable);
    std::memcpy(&memory[kCodeAt], kCode.data(), kCode.size());
}

/// What the host's processor can, the guest's can: else it has no 64-bit mode.
bool give_cpuid(const UniqueFd& kvm, const UniqueFd& processor) {
    constexpr std::uint32_t kMostEntries = 256;
    std::vector<std::uint64_t> words(1 + kMostEntries * sizeof(kvm_cpuid_entry2) /
                                             sizeof(std::uint64_t));
    std::memcpy(words.data(), &kMostEntries, sizeof(kMostEntries));
    return ::ioctl(kvm.get(), kGetSupportedCpuid, words.data()) == 0 &&
           ::ioctl(processor.get(), kSetCpuid, words.data()) == 0;
}

kvm_segment flat_segment(std::uint16_t selector, bool is_code) {
    constexpr std::uint8_t kExecuteRead = 11;
    constexpr std::uint8_t kReadWrite = 3;
    kvm_segment segment{};
    segment.limit = 0xFFFFFFFF;
    segment.selector = selector;
    segment.type = is_code ? kExecuteRead : kReadWrite;
    segment.present = 1;
    segment.s = 1;
    segment.g = 1;
    segment.l = is_code ? 1 : 0;
    segment.db = is_code ? 0 : 1;
    return segment;
}

bool enter_long_mode(const UniqueFd& processor) {
    kvm_sregs system{};
    if (::ioctl(processor.get(), KVM_GET_SREGS, &system) != 0) {
        return false;
    }
    system.cr0 = 0x80050033;  // paging, write protection, protected mode
    system.cr3 = kTablesAt;
    system.cr4 = 0x20;    // physical address extension
    system.efer = 0x500;  // 64-bit mode, enabled and active
    system.cs = flat_segment(8, /*is_code=*/true);
    system.ds = system.es = system.fs = system.gs = system.ss = flat_segment(16, false);
    kvm_regs registers{};
    registers.rip = kCodeAt;
    registers.rsp = kStackAt;
    registers.rflags = 2;
    return ::ioctl(processor.get(), KVM_SET_SREGS, &system) == 0 &&
           ::ioctl(processor.get(), KVM_SET_REGS, &registers) == 0;
}

/// It left for the byte that it has to say.
bool said_done(std::span<unsigned char> bytes) {
    kvm_run run{};
    std::memcpy(&run, bytes.data(), sizeof(run));
    return run.exit_reason == KVM_EXIT_IO && run.io.port == kPort &&
           run.io.data_offset < bytes.size() && bytes[run.io.data_offset] == kDone;
}

}  // namespace

KvmGuestEnd run_kvm_guest(const char* device) {
    const UniqueFd kvm(::open(device, O_RDWR | O_CLOEXEC));
    if (!kvm) {
        return KvmGuestEnd::CannotOpen;
    }
    const Mapping memory(kMemory, MAP_ANONYMOUS, -1);
    const UniqueFd machine(::ioctl(kvm.get(), KVM_CREATE_VM, 0));
    if (!memory || !machine) {
        return KvmGuestEnd::CannotMake;
    }
    fill(memory.bytes());
    kvm_userspace_memory_region region{};
    region.memory_size = kMemory;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the kernel's type
    region.userspace_addr = reinterpret_cast<std::uintptr_t>(memory.bytes().data());
    if (::ioctl(machine.get(), KVM_SET_USER_MEMORY_REGION, &region) != 0) {
        return KvmGuestEnd::CannotMake;
    }
    const UniqueFd processor(::ioctl(machine.get(), KVM_CREATE_VCPU, 0));
    const int run_size = ::ioctl(kvm.get(), KVM_GET_VCPU_MMAP_SIZE, 0);
    if (!processor || run_size < static_cast<int>(sizeof(kvm_run))) {
        return KvmGuestEnd::CannotMake;
    }
    const Mapping run(static_cast<std::size_t>(run_size), 0, processor.get());
    if (!run || !give_cpuid(kvm, processor) || !enter_long_mode(processor)) {
        return KvmGuestEnd::CannotMake;
    }
    return ::ioctl(processor.get(), KVM_RUN, 0) == 0 && said_done(run.bytes()) ? KvmGuestEnd::Ran
                                                                               : KvmGuestEnd::Died;
}

}  // namespace oriel
