// SPDX-License-Identifier: MIT
#include "region/stable_fd.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/linux/event_fd.h"

namespace oriel {

Result<StableFd> StableFd::create() {
    ORIEL_TRY_ASSIGN(UniqueFd nowhere, create_event_fd());
    UniqueFd fd(::fcntl(nowhere.get(), F_DUPFD_CLOEXEC, 0));
    if (!fd) {
        return Failure(Error::system("duplicate a descriptor", errno));
    }
    return StableFd(std::move(fd), std::move(nowhere));
}

void StableFd::lead_to(const UniqueFd& target) noexcept {
    int result = -1;
    do {
        result = ::dup3(target.get(), fd_.get(), O_CLOEXEC);
    } while (result < 0 && (errno == EINTR || errno == EBUSY));
}

}  // namespace oriel
