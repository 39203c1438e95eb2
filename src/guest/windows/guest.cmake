# SPDX-License-Identifier: MIT
target_sources(oriel_guest PRIVATE
    windows/last_word.cpp
    windows/open_source.cpp
    windows/system_words.cpp)
