# SPDX-License-Identifier: MIT
# What comes from the distribution. A folder names what it uses; nothing is looked for twice.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
if(ORIEL_HOST)
    find_package(PNG REQUIRED)
endif()
