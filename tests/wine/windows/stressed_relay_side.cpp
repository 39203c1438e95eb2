// SPDX-License-Identifier: MIT
// usage: stressed_relay_side publish REGION
//        stressed_relay_side view FILE STEPS
// One end of the relay under stress, for a test that has the other one on the other system. REGION
// as for --region; FILE is a file that is mapped. What it has seen is its output: names and
// numbers.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/parse_number.h"
#include "region/region.h"
#include "wine/stressed_relay.h"
#include "wine/windows/mapped_file.h"

namespace oriel::test {
namespace {

int complain(const Error& error) {
    std::fprintf(stderr, "stressed_relay_side: %s\n", error.message.c_str());
    return 1;
}

int publish(std::string_view target_text) {
    const auto target = Target::parse(target_text);
    if (!target) {
        return complain(target.error());
    }
    const auto region = Region::open(*target, Role::Publish);
    if (!region) {
        return complain(region.error());
    }
    const auto frames = publish_under_stress((*region)->memory().bytes());
    std::printf("published %llu\n", static_cast<unsigned long long>(frames));
    return 0;
}

int view(const std::string& file, std::uint64_t steps) {
    const auto memory = map_file(file);
    if (!memory) {
        return complain(memory.error());
    }
    const StressSight sight = view_under_stress(memory->bytes(), 0, steps);
    std::puts(text_of(sight).c_str());
    return sight.torn == 0 && sight.lost == 0 ? 0 : 1;
}

}  // namespace
}  // namespace oriel::test

int main(int count, char** arguments) {
    const std::vector<std::string> words(arguments + 1, arguments + count);
    if (words.size() == 2 && words[0] == "publish") {
        return oriel::test::publish(words[1]);
    }
    const auto steps =
        words.size() == 3 ? oriel::parse_number<std::uint64_t>(words[2]) : std::nullopt;
    if (steps && words[0] == "view") {
        return oriel::test::view(words[1], *steps);
    }
    std::fprintf(stderr, "usage: stressed_relay_side publish REGION | view FILE STEPS\n");
    return 2;
}
