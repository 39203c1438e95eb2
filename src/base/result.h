// SPDX-License-Identifier: MIT
#pragma once

#include <expected>
#include <utility>

#include "base/assert.h"
#include "base/error.h"

namespace oriel {

/// Either the value a function promised or the reason there is none.
///
/// Code at the system's boundary reports with Error. The frame path reports with a small enum of
/// its own, so that refusing a frame never allocates.
template <class T, class E = Error>
using Result = std::expected<T, E>;

/// The sad half of a Result: `return Failure(Error::protocol("..."))`.
template <class E>
std::unexpected<std::decay_t<E>> Failure(E&& error) {  // NOLINT(readability-identifier-naming)
    return std::unexpected<std::decay_t<E>>(std::forward<E>(error));
}

}  // namespace oriel

#define ORIEL_JOIN_INNER(a, b) a##b
#define ORIEL_JOIN(a, b) ORIEL_JOIN_INNER(a, b)

/// Evaluates `expr`, a Result. Leaves the enclosing function with its failure, if it has one.
#define ORIEL_TRY(expr)                                               \
    do {                                                              \
        if (auto oriel_result = (expr); !oriel_result) {              \
            return ::oriel::Failure(std::move(oriel_result).error()); \
        }                                                             \
    } while (false)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses

/// As ORIEL_TRY, and binds the value: ORIEL_TRY_ASSIGN(auto fd, open_device(path));
#define ORIEL_TRY_ASSIGN(target, expr) \
    ORIEL_TRY_ASSIGN_INNER(ORIEL_JOIN(oriel_result_, __LINE__), target, expr)
#define ORIEL_TRY_ASSIGN_INNER(result, target, expr)        \
    auto result = (expr);                                   \
    if (!(result)) {                                        \
        return ::oriel::Failure(std::move(result).error()); \
    }                                                       \
    target = std::move(result).value()

// NOLINTEND(bugprone-macro-parentheses)
