// SPDX-License-Identifier: MIT
#include "viewer/control/control_verbs.h"

#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/json_text.h"
#include "base/linux/sealed_memory.h"
#include "base/mapped_memory.h"
#include "present/pixel_convert.h"
#include "viewer/viewer_report.h"

namespace oriel {
namespace {

using nlohmann::ordered_json;
using Verb = ControlRequest::Verb;

ControlAnswer done(const ordered_json& more = ordered_json::object()) {
    ordered_json answer{{"ok", true}};
    answer.update(more);
    return {json_text(answer), {}};
}

/// A picture has no place in a line: it goes as memory.
Result<ControlAnswer> picture_answer(ViewerControls& viewer) {
    ORIEL_TRY_ASSIGN(const CopiedPicture picture, viewer.picture());
    const Size size = shown_size(picture.info);
    ORIEL_TRY_ASSIGN(UniqueFd memory,
                     create_sealed_memory("oriel-picture", size.area() * 4, PageSize::Normal));
    ORIEL_TRY_ASSIGN(const MappedMemory mapped,
                     MappedMemory::map(memory, Access::ReadWrite, "a picture"));
    convert_to_bgrx(
        picture.info, picture.pixels, Rect::of(size), {mapped.bytes(), size.width * 4, size});
    ControlAnswer answer = done({{"width", size.width}, {"height", size.height}});
    answer.picture = std::move(memory);
    return answer;
}

ordered_json reload_json(const std::vector<ChangedOption>& changed) {
    ordered_json applied = ordered_json::object();
    ordered_json waiting = ordered_json::object();
    for (const ChangedOption& option : changed) {
        (option.counts == ChangedOption::Counts::AtOnce ? applied : waiting)[option.name] =
            option.value;
    }
    return {{"applied", applied}, {"needs_restart", waiting}};
}

ordered_json stats_json(const ViewerStats& stats) {
    const FrameStatistics& frames = stats.frames;
    return {{"target", stats.target},
            {"pid", ::getpid()},
            {"state", stats.state},
            {"text", stats.state_text},
            {"presenter", stats.presenter},
            {"fullscreen", stats.is_full_screen},
            {"visible", stats.is_visible},
            {"focus", stats.has_focus},
            {"refresh_hz", static_cast<double>(stats.refresh_mhz) / 1000.0},
            {"input",
             {{"way", stats.input},
              {"link", stats.input_link},
              {"pointer", stats.input_pointer},
              {"reason", stats.input_reason},
              {"grabbed", stats.is_grabbed}}},
            {"frames", frames.frames},
            {"shown_per_second", stats.shown_per_second},
            {"made_per_second", stats.made_per_second},
            {"stages", stages_json(frames.stages)},
            {"clock_error_us", static_cast<double>(frames.clock_error.count()) / 1000.0},
            {"damaged_pixels", frames.damaged_pixels},
            {"bytes_copied", frames.bytes_copied},
            {"voided_holds", frames.voided_holds},
            {"faults", stats.faults}};
}

void type(ViewerControls& viewer,
          const Result<std::vector<KeyStroke>>& strokes,
          const ControlReply& reply) {
    if (!strokes) {
        return reply(refusal(strokes.error()));
    }
    const std::size_t count = strokes->size();
    const auto accepted = viewer.type(*strokes, [reply, count](const Result<void>& typed) {
        reply(typed ? done({{"strokes", count}}) : refusal(typed.error()));
    });
    if (!accepted) {
        reply(refusal(accepted.error()));
    }
}

/// What is answered at once.
Result<ControlAnswer> answer_to(ViewerControls& viewer, const ControlRequest& request) {
    switch (request.verb) {
    case Verb::FullScreen:
        return done({{"fullscreen", viewer.set_full_screen(request.to)}});
    case Verb::Screenshot:
        return picture_answer(viewer);
    case Verb::Grab:
        ORIEL_TRY(viewer.take_grab());
        return done();
    case Verb::Release:
        viewer.give_grab_back();
        return done();
    case Verb::Reload: {
        ORIEL_TRY_ASSIGN(const auto changed, viewer.reload());
        return done(reload_json(changed));
    }
    case Verb::Stats:
        return done(stats_json(viewer.stats()));
    default:
        return done({{"target", viewer.target_text()}, {"pid", ::getpid()}});
    }
}

}  // namespace

ControlAnswer refusal(const Error& error) {
    return {json_text(ordered_json{{"ok", false},
                                   {"kind", error.kind == ErrorKind::Usage ? "usage" : "failed"},
                                   {"error", error.message}}),
            {}};
}

void run_control_request(ViewerControls& viewer,
                         const ControlRequest& request,
                         const ControlReply& reply) {
    switch (request.verb) {
    case Verb::SendKeys:
        return type(viewer, parse_key_strokes(request.text), reply);
    case Verb::Text:
        return type(viewer, strokes_of_text(request.text, viewer.has_caps_lock()), reply);
    case Verb::Quit:
        reply(done());
        return viewer.quit();
    default: {
        auto answer = answer_to(viewer, request);
        reply(answer ? std::move(*answer) : refusal(answer.error()));
    }
    }
}

}  // namespace oriel
