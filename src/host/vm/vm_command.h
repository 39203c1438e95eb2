// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "region/region_size.h"

namespace oriel {

/// `oriel vm VERB DOMAIN|FILE.xml|IMAGE`, as typed.
struct VmOptions {
    std::string target;
    std::string uri;  ///< Of libvirt; empty: see libvirt_uris().
    enum class Changes : std::uint8_t { Asked, Made, Shown } changes = Changes::Asked;

    // run and print
    std::string name;               ///< Of the region; empty: made of the target.
    std::vector<Mode> modes;        ///< Of the region.
    std::uint64_t region_size = 0;  ///< Bytes; 0: what the modes need.
    std::string format;             ///< Of the image; empty: looked at.
    std::string kernel_arguments;   ///< For a kernel.
    std::string initrd;             ///< For a kernel.
    std::uint32_t memory_mib = 2048;
    std::uint32_t processors = 2;
    std::string acceleration = "auto";  ///< auto | kvm | tcg
    std::string video = "virtio";       ///< virtio | vga | qxl | none
    std::string disk = "virtio";        ///< virtio | ide | none
    std::string network = "user";       ///< user | none
    std::vector<std::string> qemu;      ///< More arguments.
    enum class Form : std::uint8_t { Qemu, Xml } form = Form::Qemu;
};

/// Starts a broker and QEMU with everything connected; ends both on a signal, or with QEMU.
/// Errors: NotFound where QEMU or the image is missing; Usage; as Broker::start().
Result<int> run_vm(const VmOptions& options);

/// What to give to QEMU, or libvirt's XML, on stdout.
Result<int> print_vm(const VmOptions& options);

/// Says line by line what a domain has and lacks; the exit code is 1 where it lacks something.
Result<int> check_vm(const VmOptions& options);

/// Adds what a domain lacks, and enables its broker. Shows what it will change first.
Result<int> set_up_vm(const VmOptions& options);

/// Takes out what set_up_vm() brought.
Result<int> remove_vm(const VmOptions& options);

}  // namespace oriel
