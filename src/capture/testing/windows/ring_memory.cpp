// SPDX-License-Identifier: MIT
#include "capture/testing/ring_memory.h"

#include <windows.h>

#include "base/windows/last_error.h"

namespace oriel::test {
Result<RingMemory> RingMemory::make(std::uint64_t bytes) {
    wchar_t folder[MAX_PATH + 1] = {};
    wchar_t path[MAX_PATH] = {};
    if (::GetTempPathW(MAX_PATH, folder) == 0 || ::GetTempFileNameW(folder, L"slt", 0, path) == 0) {
        return Failure(last_error("name a temporary file"));
    }
    RingMemory made;
    made.file = OwnedHandle(::CreateFileW(path,
                                          GENERIC_READ | GENERIC_WRITE,
                                          0,
                                          nullptr,
                                          CREATE_ALWAYS,
                                          FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE,
                                          nullptr));
    LARGE_INTEGER end{};
    end.QuadPart = static_cast<std::int64_t>(bytes);
    if (!made.file || ::SetFilePointerEx(made.file.get(), end, nullptr, FILE_BEGIN) == 0 ||
        ::SetEndOfFile(made.file.get()) == 0) {
        return Failure(last_error("make a temporary file"));
    }
    ORIEL_TRY_ASSIGN(made.memory,
                     MappedMemory::map(made.file, Access::ReadWrite, "the test's slots"));
    return made;
}

}  // namespace oriel::test
