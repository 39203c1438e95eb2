# SPDX-License-Identifier: MIT
# What a Windows program carries beside its code: who made it, its icon, what it asks of Windows
# (the manifest), and the texts of its events.
enable_language(RC)
find_program(ORIEL_WINDMC x86_64-w64-mingw32-windmc NO_CMAKE_FIND_ROOT_PATH REQUIRED)

set(ORIEL_RESOURCES ${PROJECT_SOURCE_DIR}/src/guest/windows)
set(ORIEL_EVENT_MESSAGES ${PROJECT_BINARY_DIR}/event_messages)

# event_messages.h for whoever writes events, event_messages.rc and its .bin for the program.
add_custom_command(
    OUTPUT ${ORIEL_EVENT_MESSAGES}/guest/windows/event_messages.h
           ${ORIEL_EVENT_MESSAGES}/guest/windows/event_messages.rc
    COMMAND ${CMAKE_COMMAND} -E make_directory ${ORIEL_EVENT_MESSAGES}/guest/windows
    COMMAND ${ORIEL_WINDMC} -h ${ORIEL_EVENT_MESSAGES}/guest/windows
            -r ${ORIEL_EVENT_MESSAGES}/guest/windows ${ORIEL_RESOURCES}/event_messages.mc
    DEPENDS ${ORIEL_RESOURCES}/event_messages.mc
    VERBATIM)
add_custom_target(oriel_event_messages
    DEPENDS ${ORIEL_EVENT_MESSAGES}/guest/windows/event_messages.h)

# oriel_windows_resources(TARGET): puts them into this program.
function(oriel_windows_resources target)
    set(ORIEL_PROGRAM ${target})
    set(ORIEL_ICON ${PROJECT_SOURCE_DIR}/packaging/windows/oriel.ico)
    set(ORIEL_MANIFEST ${ORIEL_RESOURCES}/oriel-guest.manifest)
    set(ORIEL_MESSAGES ${ORIEL_EVENT_MESSAGES}/guest/windows/event_messages.rc)
    string(REPLACE "." "," ORIEL_VERSION_NUMBERS ${PROJECT_VERSION}.0)
    set(script ${CMAKE_CURRENT_BINARY_DIR}/${target}.rc)
    configure_file(${ORIEL_RESOURCES}/oriel-guest.rc.in ${script} @ONLY)
    set_source_files_properties(${script} PROPERTIES OBJECT_DEPENDS
        "${ORIEL_ICON};${ORIEL_MANIFEST};${ORIEL_MESSAGES};${ORIEL_RESOURCES}/event_messages.mc")
    # A library of its own: warnings are asked of a program's sources, which windres cannot give.
    add_library(${target}_resources OBJECT ${script})
    target_include_directories(${target}_resources PRIVATE ${ORIEL_EVENT_MESSAGES}/guest/windows)
    add_dependencies(${target}_resources oriel_event_messages)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_resources>)
endfunction()
