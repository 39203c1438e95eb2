// SPDX-License-Identifier: MIT
#include "capture/dxgi/output_choice.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/parse_number.h"

namespace oriel::dxgi_capture {
namespace {

constexpr std::string_view kDevicePrefix = R"(\\.\)";

/// Names of displays are ASCII.
std::string narrow(const wchar_t* wide) {
    std::string text;
    for (; *wide != 0; ++wide) {
        text += *wide < 0x80 ? static_cast<char>(*wide) : '?';
    }
    return text;
}

void list_outputs(const ComPtr<IDXGIAdapter1>& adapter, std::vector<SystemOutput>& outputs) {
    ComPtr<IDXGIOutput> output;
    for (UINT i = 0; SUCCEEDED(adapter->EnumOutputs(i, output.ReleaseAndGetAddressOf())); ++i) {
        DXGI_OUTPUT_DESC description{};
        if (FAILED(output->GetDesc(&description)) || description.AttachedToDesktop == FALSE) {
            continue;
        }
        const RECT& place = description.DesktopCoordinates;
        outputs.push_back(
            {adapter, output, narrow(description.DeviceName), place.left == 0 && place.top == 0});
    }
}

bool is_named(const SystemOutput& output, std::string_view wanted) {
    const std::string_view name = output.name;
    return name == wanted ||
           (name.starts_with(kDevicePrefix) && name.substr(kDevicePrefix.size()) == wanted);
}

}  // namespace

std::vector<SystemOutput> system_outputs(IDXGIFactory1& factory) {
    std::vector<SystemOutput> outputs;
    ComPtr<IDXGIAdapter1> adapter;
    for (UINT i = 0; SUCCEEDED(factory.EnumAdapters1(i, adapter.ReleaseAndGetAddressOf())); ++i) {
        list_outputs(adapter, outputs);
    }
    return outputs;
}

Result<std::uint32_t> choose_output(const std::vector<SystemOutput>& outputs,
                                    const std::string& wanted) {
    auto chosen = outputs.end();
    if (wanted.empty()) {
        chosen = std::ranges::find_if(outputs, &SystemOutput::is_first);
        chosen = chosen == outputs.end() ? outputs.begin() : chosen;
    } else if (const auto number = parse_number<std::uint32_t>(wanted)) {
        chosen = *number < outputs.size() ? outputs.begin() + *number : outputs.end();
    } else {
        chosen = std::ranges::find_if(
            outputs, [&](const SystemOutput& output) { return is_named(output, wanted); });
    }
    if (chosen == outputs.end()) {
        std::vector<std::string> names;
        for (const SystemOutput& output : outputs) {
            names.push_back(fmt::format("{} ({})", names.size(), output.name));
        }
        return Failure(Error::not_found(
            outputs.empty()
                ? std::string("no GPU drives a screen of the desktop")
                : fmt::format("no screen {}: there is {}", wanted, fmt::join(names, ", "))));
    }
    return static_cast<std::uint32_t>(chosen - outputs.begin());
}

}  // namespace oriel::dxgi_capture
