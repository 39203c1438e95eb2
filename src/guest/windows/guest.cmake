# SPDX-License-Identifier: MIT
target_sources(oriel_guest PRIVATE
    windows/doctor.cpp
    windows/doctor_captures.cpp
    windows/doctor_memories.cpp
    windows/last_word.cpp
    windows/open_source.cpp
    windows/system_words.cpp)
target_link_libraries(oriel_guest PRIVATE oriel_windows_doctor oriel_windows_service)
oriel_windows_resources(oriel-guest)

oriel_test(guest_test SOURCES ${portable_tests} LIBS oriel_guest)
oriel_test(guest_doctor_test SOURCES windows/doctor_test.cpp LIBS oriel_guest oriel_windows_doctor)
if(BUILD_TESTING)
    oriel_windows_resources(guest_doctor_test)
endif()
oriel_test(open_source_test
    SOURCES windows/open_source_test.cpp
    LIBS oriel_guest
    SCREEN 320x200)
