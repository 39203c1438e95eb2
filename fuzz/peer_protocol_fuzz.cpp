// SPDX-License-Identifier: MIT
// Whoever may open viewer.sock controls every byte of a hello, and a broker every byte of an
// answer. The first byte of the input says which of the two the rest is.
// Planted fault: peer-packet-length
#include "region/peer_protocol.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "base/linux/unix_socket.h"

namespace {

using oriel::Answer;
using oriel::Hello;

void check_hello(std::span<const std::byte> bytes) {
    const auto hello = oriel::decode_hello(bytes);
    if (!hello) {
        const Answer refusal = oriel::refusal_of(hello.error());
        ORIEL_ASSERT(refusal.status != oriel::AnswerStatus::Served && !refusal.text.empty());
        ORIEL_ASSERT(refusal.text.size() <= oriel::kMaxAnswerText);
        return;
    }
    ORIEL_ASSERT(hello->viewer_index < oriel::abi::kMaxViewers);
    ORIEL_ASSERT(oriel::hello_fd_count(*hello) <= oriel::kMaxFdsPerMessage);
    const auto again = oriel::decode_hello(oriel::encode_hello(*hello));
    ORIEL_ASSERT(again && again->role == hello->role && again->kind == hello->kind &&
                 again->viewer_index == hello->viewer_index && again->instance == hello->instance &&
                 again->doorbell == hello->doorbell);
}

void check_answer(std::span<const std::byte> bytes) {
    const auto answer = oriel::decode_answer(bytes);
    if (!answer) {
        return;
    }
    ORIEL_ASSERT(answer->text.size() <= oriel::kMaxAnswerText);
    ORIEL_ASSERT(std::ranges::none_of(
        answer->text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
    ORIEL_ASSERT(answer->input_uri.size() <= oriel::kMaxAnswerUri);
    if (answer->status == oriel::AnswerStatus::Served) {
        ORIEL_ASSERT(answer->viewer_index < oriel::abi::kMaxViewers);
        ORIEL_ASSERT(std::has_single_bit(answer->region_size) &&
                     answer->region_size >= oriel::abi::kMinRegionSize);
    }
    const auto again = oriel::decode_answer(oriel::encode_answer(*answer));
    ORIEL_ASSERT(again && again->status == answer->status && again->text == answer->text &&
                 again->region_size == answer->region_size && again->instance == answer->instance &&
                 again->viewer_index == answer->viewer_index &&
                 again->doorbell == answer->doorbell && again->input_uri == answer->input_uri);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    // Exactly as long as the rest, so that ASan sees the first byte past the end.
    std::vector<std::byte> bytes(size - 1);
    std::transform(data + 1, data + size, bytes.begin(), [](auto b) { return std::byte{b}; });
    if (data[0] % 2 == 0) {
        check_hello(bytes);
    } else {
        check_answer(bytes);
    }
    return 0;
}
