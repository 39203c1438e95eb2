# SPDX-License-Identifier: MIT
# Built from the distribution's sources, so that it carries the same sanitizer as our code.
set(INSTALL_GTEST OFF)
set(BUILD_GMOCK OFF)
add_subdirectory(/usr/src/googletest ${PROJECT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL SYSTEM)
if(ORIEL_SANITIZE)
    foreach(target gtest gtest_main)
        target_compile_options(${target} PRIVATE -fsanitize=${ORIEL_SANITIZE})
    endforeach()
endif()
