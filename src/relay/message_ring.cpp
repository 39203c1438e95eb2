// SPDX-License-Identifier: MIT
#include "relay/message_ring.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/planted_fault.h"
#include "relay/fence.h"

namespace oriel {
namespace {

constexpr std::uint64_t kWord = sizeof(std::uint64_t);

std::uint64_t padded(std::uint64_t length) {
    return (length + kWord - 1) / kWord * kWord;
}

}  // namespace

MessageWriter::Outcome MessageWriter::write(std::uint32_t type,
                                            std::span<const std::byte> payload,
                                            std::uint64_t claimed_read) {
    ORIEL_ASSERT(payload.size() <= abi::kMaxMessage);
    const std::uint64_t length = sizeof(abi::MessageHeader) + padded(payload.size());
    const std::uint64_t unread = claimed_read > written_ ? written_ : written_ - claimed_read;
    if (unread + length > abi::kRingSize) {
        return Outcome::Full;
    }
    const auto put = [this](std::uint64_t word) {
        ring_.store(written_ % abi::kRingSize, word);
        written_ += kWord;
    };
    put(std::bit_cast<std::uint64_t>(
        abi::MessageHeader{type, static_cast<std::uint32_t>(payload.size())}));
    for (std::size_t done = 0; done < payload.size(); done += kWord) {
        std::uint64_t word = 0;
        std::memcpy(
            &word, payload.data() + done, std::min<std::size_t>(kWord, payload.size() - done));
        put(word);
    }
    store_fence();
    return Outcome::Written;
}

std::optional<Message> MessageReader::read(std::uint64_t claimed_written) {
    const std::uint64_t waiting = claimed_written - read_;
    if (waiting < kWord || waiting > abi::kRingSize || waiting % kWord != 0) {
        read_ = claimed_written / kWord * kWord;
        return std::nullopt;
    }
    load_fence();
    const auto header = std::bit_cast<abi::MessageHeader>(*ring_.load(read_ % abi::kRingSize));
    const bool is_too_long = !is_planted("message-length") && header.length > abi::kMaxMessage;
    if (is_too_long || kWord + padded(header.length) > waiting) {
        read_ = claimed_written;
        return std::nullopt;
    }
    Message message{header.type, header.length, {}};
    read_ += kWord;
    for (std::size_t done = 0; done < header.length; done += kWord) {
        const std::uint64_t word = *ring_.load(read_ % abi::kRingSize);
        const std::size_t part = std::min<std::size_t>(kWord, header.length - done);
        std::memcpy(message.payload.data() + done, &word, part);
        read_ += kWord;
    }
    return message;
}

}  // namespace oriel
