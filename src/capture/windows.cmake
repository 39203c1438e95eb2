# SPDX-License-Identifier: MIT
# Ways to see a Windows guest's screen.
target_sources(oriel_capture PRIVATE
    d3d12/copy_queue.cpp
    d3d12/copy_queue_writer.cpp
    d3d12/d3d12_source.cpp
    d3d12/device12.cpp
    d3d12/heap_importer.cpp
    d3d12/picture_bridge.cpp
    dxgi/com_error.cpp
    dxgi/device11.cpp
    dxgi/duplication_factory.cpp
    dxgi/duplication_source.cpp
    dxgi/duplication_thread.cpp
    dxgi/dxgi_source.cpp
    dxgi/frame_changes.cpp
    dxgi/output_colour.cpp
    dxgi/pointer_shape.cpp
    dxgi/slot_writer.cpp
    dxgi/staging_writer.cpp
    dxgi/system_duplication.cpp
    dxgi/system_output.cpp
    dxgi/texture.cpp
    dxgi/texture_format.cpp
    gdi/cursor_shape.cpp
    gdi/desktop_bitmap.cpp
    gdi/gdi_source.cpp
    gdi/pointer.cpp
    wgc/capture_factory.cpp
    wgc/capture_runtime.cpp
    wgc/pool_duplication.cpp
    wgc/wgc_source.cpp
    windows/input_desktop.cpp
    windows/screen.cpp
    windows/screen_power.cpp
    windows/windows_mode_setter.cpp)
# Each Windows 10 has these; what not each of them has is loaded when it is asked for.
target_link_libraries(oriel_capture PRIVATE
    fmt::fmt ORIEL::directx ORIEL::dxguids d3d11 dxgi gdi32 powrprof)
if(BUILD_TESTING)
    target_sources(oriel_capture_testing PRIVATE
        d3d12/testing/picture_copier.cpp
        dxgi/testing/duplication_fixture.cpp
        dxgi/testing/scripted_screen.cpp
        testing/windows/painted_window.cpp
        testing/windows/ring_memory.cpp
        wgc/testing/scripted_capture.cpp)
    target_link_libraries(oriel_capture_testing PRIVATE ORIEL::directx d3d11 gdi32 GTest::gtest)
endif()

oriel_test(capture_test
    SOURCES ${portable_tests} windows/windows_mode_setter_test.cpp
    LIBS oriel_capture_testing)
oriel_test(source_conformance_test
    SOURCES source_conformance_test.cpp testing/windows/source_rigs.cpp
    LIBS oriel_capture_testing ORIEL::directx
    LABELS threads
    SCREEN 320x200
    TIMEOUT 180)
oriel_test(capture_gdi_test
    SOURCES gdi/gdi_source_test.cpp
    LIBS oriel_capture_testing gdi32
    SCREEN 640x480)
oriel_test(capture_dxgi_test
    SOURCES
        dxgi/duplication_factory_test.cpp
        dxgi/duplication_source_test.cpp
        dxgi/output_colour_test.cpp
        dxgi/pointer_shape_test.cpp
    LIBS oriel_capture_testing
    LABELS threads
    SCREEN 640x480
    TIMEOUT 180)
oriel_test(capture_wgc_test
    SOURCES wgc/wgc_source_test.cpp
    LIBS oriel_capture_testing
    LABELS threads
    SCREEN 640x480
    TIMEOUT 180)
oriel_test(capture_d3d12_test
    SOURCES d3d12/copy_queue_writer_test.cpp
    LIBS oriel_capture_testing ORIEL::directx
    LABELS threads
    SCREEN 640x480
    TIMEOUT 180)
