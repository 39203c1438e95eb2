#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: fuzz/check_planted_faults.sh [SECONDS [NAME...]]
# Proves that the fuzzers notice: builds each one (or those named) with a fault it says it finds (a
# line "// Planted fault: NAME" in its source; src/base/planted_fault.h leaves that check out) and
# demands a finding within 60 s, from no inputs at all. Then, where SECONDS are given, runs the
# sound ones for so long and demands none.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-0}
(($# == 0)) || shift
if (($# == 0)); then
    for source in fuzz/*_fuzz.cpp; do
        set -- "$@" "$(basename "$source" _fuzz.cpp)"
    done
fi

missed=0
found=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A build folder for all faults, one after the other: ccache knows what did not change.
look_for() { # FUZZER FAULT
    cmake --preset fuzz -B build/planted -DORIEL_PLANT_FAULT="$2" >/dev/null
    cmake --build build/planted --target "$1_fuzz" >/dev/null
    mkdir -p "$work/$2"
    local started=$SECONDS words=()
    [[ ! -f fuzz/$1.dict ]] || words=(-dict="fuzz/$1.dict")
    if build/planted/fuzzers/"$1"_fuzz -max_total_time=60 -timeout=10 "${words[@]}" \
        -artifact_prefix="$work/$2/" "$work/$2" >"$work/$2.log" 2>&1; then
        echo "$1: did not find $2 in 60 s"
        missed=$((missed + 1))
    else
        local said
        said=$(grep -m 1 -E 'ERROR: |runtime error: |: bug: ' "$work/$2.log" || echo "ended")
        echo "$1: found $2 in $((SECONDS - started)) s: $said"
        found=$((found + 1))
    fi
}

for name in "$@"; do
    while read -r fault; do
        look_for "$name" "$fault"
    done < <(sed -nE 's|^// Planted fault: ([a-z-]+)$|\1|p' "fuzz/${name}_fuzz.cpp")
done
echo "$found planted faults found, $missed missed"
((missed == 0 && found > 0))

if ((seconds > 0)); then
    cmake/run-fuzzers "$seconds" "$@"
fi
