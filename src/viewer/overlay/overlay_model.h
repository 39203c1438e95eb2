// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "present/presenter.h"
#include "relay/geometry.h"
#include "relay/session_status.h"
#include "viewer/overlay/frame_history.h"

namespace oriel {

/// What the overlay tells beside the frames: it changes rarely.
struct OverlayFacts {
    // NOLINTBEGIN(readability-redundant-member-init): gcc wants them, or every field named
    std::string name{};  ///< Of what is shown.
    SessionStatus::State state = SessionStatus::State::NoPublisher;
    std::string presenter{};
    Presenter::Refresh refresh{};
    DisplayFeedback feedback{};
    Size picture{};
    Size window{};
    std::string input{};
    std::string cut_off{};  ///< What the picture lacks, and the cure.
    std::uint64_t voided_holds = 0;
    std::uint64_t faults = 0;
    // NOLINTEND(readability-redundant-member-init)

    friend bool operator==(const OverlayFacts& one, const OverlayFacts& other);
};

/// The page of figures as it is drawn: two that are equal look the same.
struct FiguresPage {
    struct Row {
        std::string label;
        std::string value;

        friend bool operator==(const Row&, const Row&) = default;
    };

    struct Stage {
        std::string label;
        std::string p50;  ///< Milliseconds; "-": not known.
        std::string p99;
        std::string what;

        friend bool operator==(const Stage&, const Stage&) = default;
    };

    /// A bar for each frame, as far as there is room: holes are frames that were missing.
    struct Graph {
        static constexpr std::size_t kColumns = 400;  ///< Of 25 ms each.

        std::string title;
        std::string top;           ///< What a bar of full height is.
        std::vector<double> bars;  ///< 0..1; negative: no frame. The newest is the last.
        double period = 0;         ///< The display's, as high as a bar that took so long.

        friend bool operator==(const Graph&, const Graph&) = default;
    };

    std::string title;
    std::string state;
    bool is_live = false;
    std::vector<Row> rates;
    std::vector<Stage> stages;
    Graph graph;
    std::vector<Row> facts;
    std::vector<std::string> warnings;
    std::string footer;

    friend bool operator==(const FiguresPage&, const FiguresPage&) = default;
};

FiguresPage make_figures_page(const FrameHistory& history,
                              const OverlayFacts& facts,
                              const std::string& host_key,
                              Nanoseconds now);

/// The page of keys.
struct HelpPage {
    struct Row {
        std::string keys;
        std::string what;
    };

    std::string title;
    std::vector<Row> rows;
};

HelpPage make_help_page(const std::string& host_key);

}  // namespace oriel
