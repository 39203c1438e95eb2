# SPDX-License-Identifier: MIT
# Runs at installation, when the prefix is known: units that name it, and what Debian's policy wants
# of a package's documentation. ORIEL_COMPONENT, ORIEL_SOURCE, ORIEL_WORK, ORIEL_PROJECT_VERSION and
# the lists are set by packaging/CMakeLists.txt. DESTDIR is heeded by file(INSTALL).
set(ORIEL_BIN ${CMAKE_INSTALL_PREFIX}/${ORIEL_BINDIR})
set(package oriel)
if(ORIEL_COMPONENT STREQUAL "guest")
    set(package oriel-guest)
endif()
set(ORIEL_DOC ${CMAKE_INSTALL_PREFIX}/share/doc/${package})

foreach(unit IN LISTS ORIEL_UNITS)
    configure_file(${ORIEL_SOURCE}/systemd/${unit}.in ${ORIEL_WORK}/${unit} @ONLY)
    get_filename_component(manager ${unit} DIRECTORY)
    file(INSTALL DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/systemd/${manager}
        TYPE FILE FILES ${ORIEL_WORK}/${unit})
endforeach()

if(ORIEL_COMPONENT STREQUAL "host")
    file(INSTALL DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/sysusers.d
        TYPE FILE RENAME oriel.conf FILES ${ORIEL_SOURCE}/systemd/oriel.sysusers)
endif()

# Units read /etc/oriel. Examples go with the documentation; a package brings them to their place.
file(INSTALL DESTINATION ${ORIEL_DOC} TYPE FILE FILES ${ORIEL_CONFIGURATION})
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    file(INSTALL DESTINATION /etc/oriel TYPE FILE FILES ${ORIEL_CONFIGURATION})
endif()

foreach(document IN LISTS ORIEL_DOCUMENTS)
    file(INSTALL DESTINATION ${ORIEL_DOC} TYPE FILE FILES ${ORIEL_DOCUMENTATION}/${document})
    file(READ ${ORIEL_DOCUMENTATION}/${document} text)
    string(REGEX MATCHALL "\\(images/[a-z0-9-]+\\.png" images "${text}")
    list(TRANSFORM images REPLACE "^\\(" "${ORIEL_DOCUMENTATION}/")
    if(images)
        file(INSTALL DESTINATION ${ORIEL_DOC}/images TYPE FILE FILES ${images})
    endif()
endforeach()
file(INSTALL DESTINATION ${ORIEL_DOC} TYPE FILE FILES ${ORIEL_SOURCE}/../THIRD-PARTY-NOTICES)
file(INSTALL DESTINATION ${ORIEL_DOC}
    TYPE FILE RENAME copyright FILES ${ORIEL_SOURCE}/../LICENSE)

find_program(GZIP gzip)
if(GZIP)
    # Debian's form; SOURCE_DATE_EPOCH makes it the same each time.
    string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
    set(changelog ${ORIEL_WORK}/${package}.changelog)
    file(WRITE ${changelog}
        "${package} (${ORIEL_PROJECT_VERSION}) unstable; urgency=low\n\n"
        "  * Release ${ORIEL_PROJECT_VERSION}.\n\n -- ${ORIEL_MAINTAINER}  ${now}\n")
    execute_process(COMMAND ${GZIP} -9nf ${changelog} COMMAND_ERROR_IS_FATAL ANY)
    file(INSTALL DESTINATION ${ORIEL_DOC}
        TYPE FILE RENAME changelog.gz FILES ${changelog}.gz)
endif()
