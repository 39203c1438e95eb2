# SPDX-License-Identifier: MIT
# `make package`: a .deb and an .rpm of each component.
set(CPACK_PACKAGE_NAME oriel)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR "The Oriel authors")
if(NOT CPACK_PACKAGE_CONTACT)
    set(CPACK_PACKAGE_CONTACT ${ORIEL_MAINTAINER})
endif()
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_OUTPUT_FILE_PREFIX ${PROJECT_BINARY_DIR}/packages)
set(CPACK_GENERATOR DEB RPM)
set(CPACK_COMPONENTS_ALL host guest)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_STRIP_FILES ON)
# /etc is outside the prefix.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)

set(about "Oriel shows the screen of a virtual machine in a window on its host,
uncompressed and about one frame behind, through shared memory (IVSHMEM).")
set(about_host "${about}
This package is for the host: viewer, broker and the broker's services. In
the virtual machine runs oriel-guest.")
set(about_guest "${about}
This package is for the virtual machine: it captures what its own graphics
driver shows, as a service.")

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_RPM_COMPONENT_INSTALL ON)
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE MIT)
set(CPACK_RPM_PACKAGE_AUTOREQ ON)
set(CPACK_PACKAGE_RELOCATABLE OFF)
set(CPACK_RPM_SPEC_MORE_DEFINE "%define _build_id_links none")
# Folders of the system's, not ours.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
    /etc /usr/lib/systemd /usr/lib/systemd/system /usr/lib/systemd/user /usr/lib/sysusers.d
    /usr/share/applications /usr/share/icons /usr/share/icons/hicolor
    /usr/share/icons/hicolor/scalable /usr/share/icons/hicolor/scalable/apps)

# oriel_package(COMPONENT NAME SECTION SUMMARY CONFIGURATION)
macro(oriel_package component name section summary configuration)
    string(TOUPPER ${component} upper)
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name})
    set(CPACK_DEBIAN_${upper}_DESCRIPTION "${summary}\n${about_${component}}")
    set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
    set(scripts ${CMAKE_CURRENT_SOURCE_DIR}/debian/${component})
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${component}-control/conffiles
        "/etc/oriel/${configuration}\n")
    set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA
        ${scripts}/postinst ${scripts}/prerm ${scripts}/postrm
        ${CMAKE_CURRENT_BINARY_DIR}/${component}-control/conffiles)

    set(rpm ${CMAKE_CURRENT_SOURCE_DIR}/rpm)
    set(CPACK_RPM_${component}_PACKAGE_NAME ${name})
    set(CPACK_RPM_${component}_PACKAGE_SUMMARY ${summary})
    set(CPACK_RPM_${component}_PACKAGE_DESCRIPTION "${about_${component}}")
    set(CPACK_RPM_${component}_PACKAGE_GROUP Applications/System)
    set(CPACK_RPM_${component}_USER_FILELIST "%config(noreplace) /etc/oriel/${configuration}")
    set(CPACK_RPM_${component}_POST_INSTALL_SCRIPT_FILE ${rpm}/${component}.post)
    set(CPACK_RPM_${component}_PRE_UNINSTALL_SCRIPT_FILE ${rpm}/${component}.preun)
    set(CPACK_RPM_${component}_POST_UNINSTALL_SCRIPT_FILE ${rpm}/reload.postun)
endmacro()
oriel_package(host oriel utils "shows a virtual machine's screen by sharing memory" broker.conf)
oriel_package(guest oriel-guest utils "publishes a virtual machine's screen for Oriel" guest.conf)

# What the module `pipewire` speaks with; the desktops that need it bring it along.
set(CPACK_DEBIAN_GUEST_PACKAGE_SUGGESTS "pipewire, xdg-desktop-portal")

# Loaded where a compositor draws no frames: GNOME, the desktop that most have.
set(CPACK_DEBIAN_HOST_PACKAGE_RECOMMENDS "libdecor-0-0, libdecor-0-plugin-1-cairo | libdecor-0-plugin-1-gtk")
set(CPACK_RPM_host_PACKAGE_RECOMMENDS "libdecor")

# Where virtual machines come from.
set(CPACK_DEBIAN_HOST_PACKAGE_SUGGESTS "libvirt-daemon-system, qemu-system")

include(CPack)
