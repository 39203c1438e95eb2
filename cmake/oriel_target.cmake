# SPDX-License-Identifier: MIT

# What every target of ours has in common. Third-party targets do not get it.
function(oriel_target name)
    get_target_property(type ${name} TYPE)
    if(type STREQUAL "INTERFACE_LIBRARY")
        target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
        return()
    endif()
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_compile_options(${name} PRIVATE
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
        -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Wnull-dereference
        -Wimplicit-fallthrough -Wzero-as-null-pointer-constant -Wsuggest-override)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${name} PRIVATE -Wduplicated-cond -Wduplicated-branches -Wlogical-op)
    endif()
    if(WIN32)
        # Windows 10's programming interface, in UTF-16, without what shadows names of ours.
        target_compile_definitions(${name} PRIVATE
            WIN32_LEAN_AND_MEAN NOMINMAX UNICODE _UNICODE WINVER=0x0A00 _WIN32_WINNT=0x0A00)
    endif()
    if(ORIEL_SANITIZE)
        # Lines in a report need -g1; the rest of the debug information is a quarter of the build.
        target_compile_options(${name} PUBLIC -g1
            -fsanitize=${ORIEL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
        target_link_options(${name} PUBLIC -fsanitize=${ORIEL_SANITIZE})
    endif()
    if(ORIEL_PRECOMPILE)
        oriel_precompiled(${name})
    endif()
endfunction()

# The standard's headers and {fmt}'s, read once for all targets that are compiled alike. What each
# file includes itself is checked where this is off.
function(oriel_precompiled name)
    get_target_property(is_apart ${name} POSITION_INDEPENDENT_CODE)
    get_target_property(type ${name} TYPE)
    if(is_apart OR type STREQUAL "MODULE_LIBRARY")
        return()
    endif()
    # Said to all alike, as the compiler compares what it is told.
    target_compile_options(${name} PRIVATE -fPIE -pthread)
    target_compile_definitions(${name} PRIVATE
        $<TARGET_PROPERTY:fmt::fmt,INTERFACE_COMPILE_DEFINITIONS>)
    if(NOT name STREQUAL "oriel_precompiled")
        target_precompile_headers(${name} REUSE_FROM oriel_precompiled)
    endif()
endfunction()

if(ORIEL_PRECOMPILE)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled.cpp CONTENT "// The headers alone.\n")
    add_library(oriel_precompiled OBJECT ${PROJECT_BINARY_DIR}/precompiled.cpp)
    target_precompile_headers(oriel_precompiled PRIVATE
        <algorithm> <array> <chrono> <cstdint> <expected> <filesystem> <fstream> <functional>
        <map> <memory> <optional> <span> <string> <string_view> <utility> <variant> <vector>
        <fmt/format.h>)
    oriel_target(oriel_precompiled)
endif()

# Modules are loaded on demand (src/base/linux/module.h), from this folder as seen from the programs.
set(ORIEL_MODULE_FOLDER ${CMAKE_INSTALL_LIBDIR}/oriel)

# oriel_module(NAME SOURCES file... [LIBS lib...] [COMPONENT component]) builds NAME.so, with our base
# library in it.
function(oriel_module name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "COMPONENT" "SOURCES;LIBS")
    if(NOT arg_COMPONENT)
        set(arg_COMPONENT ${CMAKE_INSTALL_DEFAULT_COMPONENT_NAME})
    endif()
    set(target oriel_module_${name})
    add_library(${target} MODULE ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE ${arg_LIBS} oriel_base)
    oriel_target(${target})
    set_target_properties(${target} PROPERTIES
        PREFIX ""
        OUTPUT_NAME ${name}
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON
        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${ORIEL_MODULE_FOLDER})
    target_link_options(${target} PRIVATE -Wl,--exclude-libs,ALL)
    install(TARGETS ${target}
        LIBRARY DESTINATION ${ORIEL_MODULE_FOLDER} COMPONENT ${arg_COMPONENT})
    add_dependencies(oriel_modules ${target})
endfunction()
add_custom_target(oriel_modules)

# oriel_test(NAME SOURCES file... [LIBS lib...] [LABELS label...] [ARGS arg...] [TIMEOUT seconds]
#            [SERIAL] [SCREEN WxH])
# One program of tests, one entry in ctest. SERIAL: nothing else runs beside it. The labels:
# `long` is left to `make test-all`, `nosan` is left out where a sanitizer is on, `threads` runs
# under ThreadSanitizer: what has more than one thread of ours in one process.
# SCREEN: of the build for Windows only, where Wine brings none by itself.
# ORIEL_BIN_DIR in its environment names the folder of `oriel` and `oriel-guest`; what the person
# who runs it has configured is out of sight.
function(oriel_test name)
    if(NOT BUILD_TESTING)
        return()
    endif()
    cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "TIMEOUT;SCREEN" "SOURCES;LIBS;LABELS;ARGS")
    add_executable(${name} ${arg_SOURCES} ${arg_UNPARSED_ARGUMENTS})
    target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gtest_main)
    oriel_target(${name})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    add_test(NAME ${name} COMMAND ${name} ${arg_ARGS})
    oriel_test_properties(${name} "${arg_TIMEOUT}" "${arg_LABELS}" "${arg_SERIAL}")
    if(arg_SCREEN)
        set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT ORIEL_WINE_SCREEN=${arg_SCREEN})
    endif()
endfunction()
add_custom_target(threaded_tests)

function(oriel_test_properties name timeout labels serial)
    if(NOT timeout)
        set(timeout 60)
    endif()
    set(rules ${PROJECT_SOURCE_DIR}/cmake)
    set(environment
        ORIEL_BIN_DIR=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}
        XDG_CONFIG_HOME=${PROJECT_BINARY_DIR}/no-configuration
        XDG_STATE_HOME=/dev/null
        LSAN_OPTIONS=suppressions=${rules}/leaks.supp:print_suppressions=0
        TSAN_OPTIONS=suppressions=${rules}/races.supp:second_deadlock_stack=1
        UBSAN_OPTIONS=print_stacktrace=1)
    set_tests_properties(${name} PROPERTIES
        TIMEOUT ${timeout}
        LABELS "${labels}"
        RUN_SERIAL ${serial}
        ENVIRONMENT "${environment}")
    if(WIN32)
        # Where there is no Wine to run them; see cmake/run-in-wine.
        set_property(TEST ${name} APPEND PROPERTY LABELS wine)
        set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)
    endif()
    if("threads" IN_LIST labels)
        add_dependencies(threaded_tests ${name})
    endif()
endfunction()

# All fuzzers, and all programs of benchmarks.
add_custom_target(fuzzers)
add_custom_target(benches)

# oriel_fuzz(NAME LIBS lib... [LABELS label...]) builds fuzz/NAME_fuzz.cpp.
# With clang: a real fuzzer, NAME_fuzz. With every compiler: a test replaying fuzz/corpus/NAME.
function(oriel_fuzz name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBS;LABELS")
    set(source ${PROJECT_SOURCE_DIR}/fuzz/${name}_fuzz.cpp)
    if(ORIEL_FUZZ)
        add_executable(${name}_fuzz ${source})
        target_link_libraries(${name}_fuzz PRIVATE ${arg_LIBS} ${arg_UNPARSED_ARGUMENTS})
        oriel_target(${name}_fuzz)
        target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
        set_target_properties(${name}_fuzz PROPERTIES
            RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzzers)
        add_dependencies(fuzzers ${name}_fuzz)
    endif()
    if(BUILD_TESTING)
        add_executable(${name}_replay ${source} ${PROJECT_SOURCE_DIR}/fuzz/replay_main.cpp)
        target_link_libraries(${name}_replay PRIVATE ${arg_LIBS} ${arg_UNPARSED_ARGUMENTS})
        oriel_target(${name}_replay)
        set_target_properties(${name}_replay PROPERTIES
            RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
        add_test(NAME ${name}_replay
            COMMAND ${name}_replay ${PROJECT_SOURCE_DIR}/fuzz/corpus/${name})
        oriel_test_properties(${name}_replay 120 "fuzz;${arg_LABELS}" OFF)
    endif()
endfunction()

# oriel_bench(NAME SOURCES file... LIBS lib...): a Google Benchmark program.
function(oriel_bench name)
    if(NOT ORIEL_BENCH)
        return()
    endif()
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
    find_package(benchmark REQUIRED)
    add_executable(${name} ${arg_SOURCES} ${arg_UNPARSED_ARGUMENTS})
    target_link_libraries(${name} PRIVATE ${arg_LIBS} benchmark::benchmark_main)
    oriel_target(${name})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench)
    add_dependencies(benches ${name})
endfunction()
