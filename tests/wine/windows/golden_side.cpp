// SPDX-License-Identifier: MIT
// usage: golden_side write REGION
//        golden_side check REGION
// Writes the golden state into a region, or looks whether the other system's build wrote the same
// bytes there, and reads them as a viewer does.
#include <cstdio>
#include <string>
#include <vector>

#include "golden/golden_state.h"
#include "region/region.h"
#include "wine/golden_exchange.h"

namespace oriel::test {
namespace {

int complain(const std::string& words) {
    std::fprintf(stderr, "golden_side: %s\n", words.c_str());
    return 1;
}

int run(const std::string& verb, const std::string& target_text) {
    const auto target = Target::parse(target_text);
    if (!target) {
        return complain(target.error().message);
    }
    const auto region = Region::open(*target, Role::Publish);
    if (!region) {
        return complain(region.error().message);
    }
    const auto bytes = (*region)->memory().bytes();
    if (verb == "write") {
        TestRegion golden(bytes);
        make_golden_state(golden);
        return 0;
    }
    const std::string difference = golden_difference(bytes);
    return difference.empty() ? 0 : complain(difference);
}

}  // namespace
}  // namespace oriel::test

int main(int count, char** arguments) {
    const std::vector<std::string> words(arguments + 1, arguments + count);
    if (words.size() == 2 && (words[0] == "write" || words[0] == "check")) {
        return oriel::test::run(words[0], words[1]);
    }
    std::fprintf(stderr, "usage: golden_side write|check REGION\n");
    return 2;
}
