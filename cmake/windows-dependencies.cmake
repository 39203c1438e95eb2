# SPDX-License-Identifier: MIT
# What the cross-build for Windows takes from the distribution: libraries that are headers alone,
# through a folder of links. /usr/include itself would hand the machine's own <stdio.h> to mingw.
find_package(Threads REQUIRED)

set(ORIEL_LINKED_HEADERS ${PROJECT_BINARY_DIR}/headers)
function(oriel_header_library target folder)
    find_path(ORIEL_HEADERS_OF_${folder} ${folder}
        PATHS /usr/include /usr/local/include NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH REQUIRED)
    file(MAKE_DIRECTORY ${ORIEL_LINKED_HEADERS})
    file(CREATE_LINK ${ORIEL_HEADERS_OF_${folder}}/${folder} ${ORIEL_LINKED_HEADERS}/${folder} SYMBOLIC)
    add_library(${target} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${target} SYSTEM INTERFACE ${ORIEL_LINKED_HEADERS})
    target_compile_definitions(${target} INTERFACE ${ARGN})
endfunction()

oriel_header_library(fmt::fmt fmt FMT_HEADER_ONLY)
oriel_header_library(spdlog::spdlog spdlog SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
oriel_header_library(CLI11::CLI11 CLI)
oriel_header_library(nlohmann_json::nlohmann_json nlohmann)
# mingw's own d3d12.h ends where ID3D12Device3 begins.
oriel_header_library(ORIEL::dxguids dxguids)
oriel_header_library(ORIEL::directx directx)
