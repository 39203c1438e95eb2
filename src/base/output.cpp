// SPDX-License-Identifier: MIT
#include "base/output.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string>

#include "base/error.h"
#include "base/report.h"

namespace oriel {
namespace {

/// errno of what first could not be written; 0: all was.
std::atomic<int> first_failure{0};

void note_failure(int os_code) {
    int none = 0;
    first_failure.compare_exchange_strong(none, os_code);
}

}  // namespace

void print_text(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
        std::fflush(stdout) != 0) {
        note_failure(errno);
    }
}

void print_line(std::string_view line) {
    print_text(std::string(line) + '\n');
}

int finish_output(int code) {
    const int failure = first_failure;
    if (failure == 0 || failure == EPIPE) {
        return code;
    }
    const int failed = report_failure(Error::system("write to standard output", failure));
    return code == 0 ? failed : code;
}

}  // namespace oriel
