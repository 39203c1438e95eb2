// SPDX-License-Identifier: MIT
#include "wine/windows/mapped_file.h"

#include <windows.h>

#include "base/windows/wide_text.h"

namespace oriel::test {

Result<MappedMemory> map_file(const std::string& path) {
    const OwnedHandle file(::CreateFileW(to_wide(path).c_str(),
                                         GENERIC_READ | GENERIC_WRITE,
                                         FILE_SHARE_READ | FILE_SHARE_WRITE,
                                         nullptr,
                                         OPEN_EXISTING,
                                         FILE_ATTRIBUTE_NORMAL,
                                         nullptr));
    if (!file) {
        return Failure(Error::system("open " + path, static_cast<int>(::GetLastError())));
    }
    return MappedMemory::map(file, Access::ReadWrite, path);
}

}  // namespace oriel::test
