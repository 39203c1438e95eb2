// SPDX-License-Identifier: MIT
#include "region/byte_lock.h"

#include <cerrno>

#include <fcntl.h>

namespace oriel {
namespace {

struct flock lock_of(std::uint64_t byte, ByteLock lock) {
    struct flock request{};
    request.l_type = lock == ByteLock::Exclusive ? F_WRLCK : F_RDLCK;
    request.l_whence = SEEK_SET;
    request.l_start = static_cast<off_t>(byte);
    request.l_len = 1;
    return request;
}

}  // namespace

Result<bool> try_lock_byte(const UniqueFd& file, std::uint64_t byte, ByteLock lock) {
    struct flock request = lock_of(byte, lock);
    if (::fcntl(file.get(), F_OFD_SETLK, &request) == 0) {
        return true;
    }
    if (errno == EAGAIN || errno == EACCES) {
        return false;
    }
    return Failure(Error::system("lock a file", errno));
}

bool is_byte_locked(const UniqueFd& file, std::uint64_t byte) {
    struct flock request = lock_of(byte, ByteLock::Exclusive);
    return ::fcntl(file.get(), F_OFD_GETLK, &request) == 0 && request.l_type != F_UNLCK;
}

}  // namespace oriel
