// SPDX-License-Identifier: MIT
#include "region/broker_memory.h"

#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/linux/sealed_memory.h"
#include "region/viewer_page.h"

namespace oriel {
namespace {

constexpr std::size_t kPageWords = sizeof(abi::BrokerPage) / sizeof(std::uint64_t);
constexpr std::size_t kMarkWord = offsetof(abi::BrokerPage, mark) / sizeof(std::uint64_t);
constexpr std::size_t kChangesWord = offsetof(abi::BrokerPage, changes) / sizeof(std::uint64_t);
using PageWords = std::array<std::uint64_t, kPageWords>;

abi::BrokerPage page_for(const BrokerOptions& options, std::uint64_t instance) {
    abi::BrokerPage page{};
    page.mark = abi::kBrokerMark;
    page.page_size = sizeof(page);
    page.slots = options.slots;
    page.region_size = options.size;
    page.instance = instance;
    options.name.copy(page.name, sizeof(page.name));
    for (std::size_t i = 0; i < options.modes.size(); ++i) {
        page.modes[i] = {options.modes[i].width, options.modes[i].height, 0, 0};
    }
    options.input_uri.copy(page.input_uri, sizeof(page.input_uri) - 1);
    return page;
}

void store(std::uint64_t& word, std::uint64_t value, std::memory_order order) {
    std::atomic_ref(word).store(value, order);
}

/// Makes the shared page say what `page` says: fields, then what vouches for them.
void write_page(std::uint64_t* shared, const abi::BrokerPage& page) {
    const auto words = std::bit_cast<PageWords>(page);
    for (std::size_t i = 0; i < kPageWords; ++i) {
        if (i != kMarkWord && i != kChangesWord &&
            std::atomic_ref(shared[i]).load(std::memory_order_relaxed) != words[i]) {
            store(shared[i], words[i], std::memory_order_relaxed);
        }
    }
    // PUBLISH broker page: a reader that acquires either word sees the fields above.
    store(shared[kChangesWord], words[kChangesWord], std::memory_order_release);
    store(shared[kMarkWord], words[kMarkWord], std::memory_order_release);
}

abi::BrokerPage copy_page(const std::uint64_t* shared) {
    PageWords words{};
    for (std::size_t i = 0; i < kPageWords; ++i) {
        // atomic_ref wants a mutable object (before C++26); this only loads.
        auto& word = const_cast<std::uint64_t&>(shared[i]);  // NOLINT
        words[i] = std::atomic_ref(word).load(std::memory_order_relaxed);
    }
    return std::bit_cast<abi::BrokerPage>(words);
}

bool names_region(const abi::BrokerPage& page, std::string_view name) {
    const std::string_view field(page.name, sizeof(page.name));
    return page.mark == abi::kBrokerMark && field.substr(0, field.find('\0')) == name;
}

/// `memory` is a file that an earlier broker of ours can have made.
Result<void> check_brought_memory(const UniqueFd& memory, std::uint64_t size) {
    constexpr int kNeeded = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    const int seals = ::fcntl(memory.get(), F_GET_SEALS);
    if (seals < 0 || (seals & kNeeded) != kNeeded) {
        return Failure(Error::protocol("what a peer brought back is no sealed memory"));
    }
    struct stat info{};
    const int flags = ::fcntl(memory.get(), F_GETFL);
    if (::fstat(memory.get(), &info) != 0 || info.st_uid != ::geteuid() ||
        (info.st_mode & 0777) != 0600 || flags < 0 || (flags & O_ACCMODE) != O_RDWR) {
        return Failure(Error::protocol("what a peer brought back is not this broker's memory"));
    }
    if (info.st_size < 0 || static_cast<std::uint64_t>(info.st_size) != size) {
        return Failure(
            Error::protocol(fmt::format("the memory in use has {} MiB, this broker is to serve {}",
                                        info.st_size >> 20,
                                        size >> 20U)));
    }
    return {};
}

}  // namespace

Result<BrokerMemory> BrokerMemory::create(const BrokerOptions& options) {
    auto fd = create_sealed_memory(file_name(options.name).c_str(), options.size, options.pages);
    if (!fd) {
        if (options.pages == PageSize::Huge) {
            fd.error().message += fmt::format(
                " (it takes {} free huge pages: raise vm.nr_hugepages)", options.size / kHugePage);
        }
        return Failure(std::move(fd).error());
    }
    ORIEL_TRY_ASSIGN(MappedMemory mapped,
                     MappedMemory::map(*fd, Access::ReadWrite, "the region's memory"));
    BrokerMemory memory(std::move(*fd), std::move(mapped), page_for(options, random_u64()));
    write_page(memory.shared_page(), memory.page_);
    return memory;
}

Result<BrokerMemory> BrokerMemory::take_up(UniqueFd memory,
                                           std::optional<std::uint64_t> instance,
                                           const BrokerOptions& options) {
    ORIEL_TRY(check_brought_memory(memory, options.size));
    ORIEL_TRY_ASSIGN(MappedMemory mapped,
                     MappedMemory::map(memory, Access::ReadWrite, "the region's memory"));
    BrokerMemory taken(
        std::move(memory), std::move(mapped), page_for(options, instance.value_or(0)));
    std::uint64_t* const shared = taken.shared_page();
    const abi::BrokerPage found = copy_page(shared);
    if (!names_region(found, options.name)) {
        return Failure(Error::protocol("what a peer brought back is another region's memory"));
    }
    if (!instance) {
        taken.page_.instance = found.instance;
    }
    // Whatever number is there: a reader that knows it sees that something changed.
    taken.page_.changes = found.changes + 1;
    write_page(shared, taken.page_);
    return taken;
}

Result<UniqueFd> BrokerMemory::reopen_read_only() const {
    const std::string path = fmt::format("/proc/self/fd/{}", fd_.get());
    UniqueFd reopened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!reopened) {
        return Failure(Error::system("reopen the region's memory", errno));
    }
    return reopened;
}

bool BrokerMemory::is_same(const UniqueFd& other) const {
    struct stat ours{};
    struct stat theirs{};
    return ::fstat(fd_.get(), &ours) == 0 && ::fstat(other.get(), &theirs) == 0 &&
           ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

void BrokerMemory::clear_viewer(unsigned index) {
    clear_viewer_page(memory_, index);
}

void BrokerMemory::set_status(const BrokerStatus& status) {
    page_.publisher_connected = status.publisher ? 1 : 0;
    page_.vm_connected = status.vm ? 1 : 0;
    page_.viewers = status.viewers;
    ++page_.changes;
    refresh();
}

void BrokerMemory::refresh() {
    write_page(shared_page(), page_);
}

std::uint64_t* BrokerMemory::shared_page() const {
    const std::span<std::byte> bytes = memory_.bytes();
    return reinterpret_cast<std::uint64_t*>(bytes.data() + (bytes.size() - abi::kBrokerFromEnd));
}

bool is_event_fd(const UniqueFd& fd) {
    const std::string path = fmt::format("/proc/self/fd/{}", fd.get());
    std::array<char, 64> link{};
    const ssize_t length = ::readlink(path.c_str(), link.data(), link.size());
    return length > 0 && std::string_view(link.data(), static_cast<std::size_t>(length)) ==
                             "anon_inode:[eventfd]";
}

}  // namespace oriel
