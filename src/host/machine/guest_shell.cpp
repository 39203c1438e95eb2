// SPDX-License-Identifier: MIT
#include "host/machine/guest_shell.h"

#include <charconv>

#include <fmt/format.h>

namespace oriel {

Result<GuestSaid> GuestShell::run(const std::string& command, Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    // A number of our own: what an earlier command says late is not taken for this one's end.
    const std::string mark = fmt::format("oriel-end-{}:", ++count_);
    // The line must not hold the mark itself, or an echo of it would be its end.
    ORIEL_TRY(socket_.send(fmt::format(
        "( {}\n) </dev/null 2>&1; printf '\\n%s-%d:%d\\n' oriel-end {} $?\n", command, count_)));
    GuestSaid said;
    while (true) {
        ORIEL_TRY_ASSIGN(const auto line, socket_.line(give_up - monotonic_now()));
        if (!line) {
            return Failure(Error::protocol(fmt::format(
                "the guest did not end '{}' in time; it said: {}", command, said.text)));
        }
        if (line->starts_with(mark)) {
            const std::string code = line->substr(mark.size());
            std::from_chars(code.data(), code.data() + code.size(), said.exit_code);
            break;
        }
        said.text += *line + "\n";
    }
    // The end of line in front of the mark is ours.
    if (said.text.ends_with("\n")) {
        said.text.pop_back();
    }
    return said;
}

}  // namespace oriel
