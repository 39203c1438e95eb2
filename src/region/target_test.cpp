// SPDX-License-Identifier: MIT
#include "region/target.h"

#include <ostream>

#include <gtest/gtest.h>

namespace oriel {
namespace {

struct Typed {
    const char* name;
    const char* text;
    Target::Kind kind;
    const char* value;
    std::uint64_t size;
};

std::ostream& operator<<(std::ostream& out, const Typed& typed) {
    return out << typed.name;
}

class TargetParse : public testing::TestWithParam<Typed> {};

TEST_P(TargetParse, ReadsWhatWasTyped) {
    const auto target = Target::parse(GetParam().text);

    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(target->kind, GetParam().kind);
    EXPECT_EQ(target->value, GetParam().value);
    EXPECT_EQ(target->size, GetParam().size);
}

TEST_P(TargetParse, CanBeTypedAgain) {
    const auto target = Target::parse(GetParam().text);
    ASSERT_TRUE(target);

    const auto again = Target::parse(target->text());

    ASSERT_TRUE(again);
    EXPECT_EQ(again->kind, target->kind);
    EXPECT_EQ(again->value, target->value);
    EXPECT_EQ(again->size, target->size);
}

using enum Target::Kind;

INSTANTIATE_TEST_SUITE_P(
    Forms,
    TargetParse,
    testing::Values(
        Typed{"Name", "win11", Name, "win11", 0},
        Typed{"NameWithMarks", "a.b_c-9", Name, "a.b_c-9", 0},
        Typed{"OneLetter", "x", Name, "x", 0},
        Typed{"Socket", "socket:/run/oriel/a/viewer.sock", Socket, "/run/oriel/a/viewer.sock", 0},
        Typed{"RelativeSocket", "socket:viewer.sock", Socket, "viewer.sock", 0},
        Typed{"File", "file:/dev/shm/oriel", File, "/dev/shm/oriel", 0},
        Typed{"FileToMake", "file:/dev/shm/oriel,size=128", File, "/dev/shm/oriel", 128ULL << 20U},
        Typed{"LargestFile", "file:x,size=65536", File, "x", 1ULL << 36U},
        Typed{"FileWithComma", "file:a,b", File, "a,b", 0},
        Typed{"BarePath", "/dev/shm/oriel", File, "/dev/shm/oriel", 0},
        Typed{"RelativePath", "./oriel", File, "./oriel", 0},
        Typed{"AnyPci", "pci", Pci, "", 0},
        Typed{"ShortPci", "pci:00:05.0", Pci, "00:05.0", 0},
        Typed{"PciByIndex", "pci:1", Pci, "1", 0},
        Typed{"LongPci", "pci:0000:0A:05.1", Pci, "0000:0A:05.1", 0},
        Typed{"Kvmfr", "kvmfr:/dev/kvmfr0", Kvmfr, "/dev/kvmfr0", 0}),
    testing::PrintToStringParamName());

struct Mistyped {
    const char* name;
    const char* text;
    const char* says;  ///< Part of the line that the person gets.
};

std::ostream& operator<<(std::ostream& out, const Mistyped& mistyped) {
    return out << mistyped.name;
}

class TargetParseRefuses : public testing::TestWithParam<Mistyped> {};

TEST_P(TargetParseRefuses, SayingWhatWouldBeRight) {
    const auto target = Target::parse(GetParam().text);

    ASSERT_FALSE(target);
    EXPECT_EQ(target.error().kind, ErrorKind::Usage);
    EXPECT_NE(target.error().message.find(GetParam().says), std::string::npos)
        << target.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes,
    TargetParseRefuses,
    testing::Values(Mistyped{"Empty", "", "NAME"},
                    Mistyped{"LeadingDot", ".hidden", "NAME"},
                    Mistyped{"Space", "my vm", "NAME"},
                    Mistyped{"UnknownKind", "shm:abc", "kvmfr:/dev/kvmfrN"},
                    Mistyped{"EmptyFile", "file:", "needs a path"},
                    Mistyped{"SizeOnly", "file:,size=1", "needs a path"},
                    Mistyped{"EmptySocket", "socket:", "viewer.sock"},
                    Mistyped{"OddSize", "file:/x,size=100", "128 MiB is the next"},
                    Mistyped{"NoNumber", "file:/x,size=", "whole MiB"},
                    Mistyped{"Unit", "file:/x,size=128M", "whole MiB"},
                    Mistyped{"Negative", "file:/x,size=-1", "whole MiB"},
                    Mistyped{"Zero", "file:/x,size=0", "too small"},
                    Mistyped{"TooLarge", "file:/x,size=131072", "whole MiB"},
                    Mistyped{"Overflow", "file:/x,size=99999999999999999999", "whole MiB"},
                    Mistyped{"BadPci", "pci:5x", "lspci"},
                    Mistyped{"EmptyPci", "pci:", "lspci"},
                    Mistyped{"KvmfrWithoutPath", "kvmfr:0", "/dev/kvmfr0"}),
    testing::PrintToStringParamName());

TEST(TargetParse, RefusesANameOf65Letters) {
    EXPECT_TRUE(Target::parse(std::string(64, 'a')));
    EXPECT_FALSE(Target::parse(std::string(65, 'a')));
}

TEST(TargetParse, RefusesAZeroByte) {
    EXPECT_FALSE(Target::parse(std::string_view("a\0b", 3)));
    EXPECT_FALSE(Target::parse(std::string_view("/a\0b", 4)));
}

}  // namespace
}  // namespace oriel
