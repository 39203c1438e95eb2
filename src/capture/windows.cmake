# SPDX-License-Identifier: MIT
# Ways to see a Windows guest's screen.
if(BUILD_TESTING)
    target_sources(oriel_capture_testing PRIVATE testing/windows/ring_memory.cpp)
endif()

oriel_test(capture_test SOURCES ${portable_tests} LIBS oriel_capture_testing)
