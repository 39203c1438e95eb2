# SPDX-License-Identifier: MIT
# A Windows machine's end of a region.
target_sources(oriel_region PRIVATE
    windows/device_claim.cpp
    windows/file_region.cpp
    windows/ivshmem_choice.cpp
    windows/ivshmem_driver.cpp
    windows/ivshmem_list.cpp
    windows/ivshmem_region.cpp
    windows/open_region.cpp)
target_link_libraries(oriel_region PRIVATE setupapi)

oriel_test(region_test
    SOURCES
        ${portable_tests}
        windows/file_region_test.cpp
        windows/ivshmem_choice_test.cpp
    LIBS oriel_region)
