# SPDX-License-Identifier: MIT
# The installer under Wine, in a Windows of its own.
add_executable(pnputil_stand_in pnputil_stand_in.cpp)
oriel_target(pnputil_stand_in)
set_target_properties(pnputil_stand_in PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
add_test(NAME check-windows-installer
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/check-windows-installer
        $<TARGET_FILE:oriel-guest> ${PROJECT_BINARY_DIR}/tests ${PROJECT_VERSION})
oriel_test_properties(check-windows-installer 600 "" ON)
set_property(TEST check-windows-installer APPEND PROPERTY
    ENVIRONMENT WINEPREFIX=${PROJECT_SOURCE_DIR}/build/wine-installer)
