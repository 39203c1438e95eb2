// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

/// What was found out about a Windows guest, before anything is made of it. Texts are UTF-8.
struct DoctorFacts {
    struct System {
        std::uint32_t major = 0;
        std::uint32_t build = 0;
        bool sees_pixels = false;  ///< Screens in their own pixels, whatever their scale.
    };

    /// A PCI device 1af4:1110.
    struct PciDevice {
        std::string place;          ///< As the device manager tells it.
        std::uint32_t problem = 0;  ///< The device manager's code for why it does not work.
    };

    /// The memory of one, as its driver tells of it.
    struct Memory {
        std::string place;
        Result<std::uint64_t> size;  ///< Bytes. Busy: another program has it mapped.
    };

    struct Adapter {
        std::string name;
        std::uint32_t vendor = 0;
        std::uint32_t device = 0;
        std::uint32_t screens = 0;
    };

    struct Captures {
        Result<std::string> duplication;  ///< What it is called, as with the next.
        Result<std::string> gdi;
    };

    struct Sessions {
        std::uint32_t own = 0;
        std::optional<std::uint32_t> with_screen;
        bool is_remote = false;  ///< This process is in a remote desktop session.
    };

    struct Service {
        bool is_installed = false;
        bool runs = false;
        bool starts_at_boot = false;
        std::string log;  ///< Where it lies.
    };

    System system;
    std::vector<PciDevice> pci_devices;
    std::vector<Memory> memories;
    std::vector<Adapter> adapters;
    std::vector<Size> screens;
    Captures captures{.duplication = Failure(Error::not_found("")),
                      .gdi = Failure(Error::not_found(""))};
    Sessions sessions;
    Result<Service> service = Service{};
};

/// Looks at this machine; changes nothing. Memory that is free is mapped and given back.
DoctorFacts find_doctor_facts();

// Its parts, each of what the name says.

DoctorFacts::System find_system();
std::vector<DoctorFacts::PciDevice> find_pci_devices();
std::vector<DoctorFacts::Memory> find_memories();
std::vector<DoctorFacts::Adapter> find_adapters();
std::vector<Size> find_screens();
DoctorFacts::Captures try_captures();
DoctorFacts::Sessions find_sessions();
Result<DoctorFacts::Service> find_service();

}  // namespace oriel
