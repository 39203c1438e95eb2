# SPDX-License-Identifier: MIT
# Ways to see a Windows guest's screen.
target_sources(oriel_capture PRIVATE
    gdi/cursor_shape.cpp
    gdi/desktop_bitmap.cpp
    gdi/gdi_source.cpp
    gdi/pointer.cpp
    windows/input_desktop.cpp
    windows/screen.cpp
    windows/screen_power.cpp
    windows/windows_mode_setter.cpp)
target_link_libraries(oriel_capture PRIVATE gdi32 powrprof)
if(BUILD_TESTING)
    target_sources(oriel_capture_testing PRIVATE
        testing/windows/painted_window.cpp testing/windows/ring_memory.cpp)
    target_link_libraries(oriel_capture_testing PRIVATE gdi32)
endif()

oriel_test(capture_test
    SOURCES ${portable_tests} windows/windows_mode_setter_test.cpp
    LIBS oriel_capture_testing)
oriel_test(source_conformance_test
    SOURCES source_conformance_test.cpp testing/windows/source_rigs.cpp
    LIBS oriel_capture_testing
    SCREEN 320x200)
oriel_test(capture_gdi_test
    SOURCES gdi/gdi_source_test.cpp
    LIBS oriel_capture_testing gdi32
    SCREEN 640x480)
