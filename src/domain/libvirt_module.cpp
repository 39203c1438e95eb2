// SPDX-License-Identifier: MIT
#include "domain/libvirt_module.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/linux/module.h"
#include "base/unique_handle.h"
#include "base/version.h"

namespace oriel {
namespace {

struct ConnectionTraits {
    using Raw = virConnectPtr;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { ::virConnectClose(raw); }
};

struct DomainTraits {
    using Raw = virDomainPtr;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { ::virDomainFree(raw); }
};

using UniqueConnection = UniqueHandle<ConnectionTraits>;
using UniqueDomain = UniqueHandle<DomainTraits>;

/// One lower-case line out of libvirt's last error.
Error failed(const std::string& what) {
    const virErrorPtr error = ::virGetLastError();
    std::string reason = error != nullptr && error->message != nullptr ? error->message : "";
    for (char& c : reason) {
        c = c == '\n' ? ' ' : c;
    }
    const std::string text = "cannot " + what + (reason.empty() ? "" : ": " + reason);
    if (error != nullptr && error->code == VIR_ERR_NO_DOMAIN) {
        return Error::not_found(text);
    }
    return {ErrorKind::System, 0, text};
}

struct FreeXml {
    void operator()(xmlDocPtr document) const { ::xmlFreeDoc(document); }
};

bool is_called(const xmlNode* node, const char* name) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): xmlChar is a byte of UTF-8
    return ::xmlStrEqual(node->name, reinterpret_cast<const xmlChar*>(name)) == 1;
}

bool is_spice(xmlNode* graphics) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as above
    xmlChar* const type = ::xmlGetProp(graphics, reinterpret_cast<const xmlChar*>("type"));
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as above
    const bool result = ::xmlStrEqual(type, reinterpret_cast<const xmlChar*>("spice")) == 1;
    ::xmlFree(type);
    return result;
}

/// Which of a domain's graphics is SPICE, counted from 0 as libvirt does.
std::optional<unsigned> spice_index(const std::string& xml) {
    const std::unique_ptr<xmlDoc, FreeXml> document(::xmlReadMemory(
        xml.data(), static_cast<int>(xml.size()), nullptr, nullptr, XML_PARSE_NONET));
    xmlNode* const root = document ? ::xmlDocGetRootElement(document.get()) : nullptr;
    unsigned index = 0;
    for (xmlNode* part = root == nullptr ? nullptr : root->children; part != nullptr;
         part = part->next) {
        xmlNode* device = is_called(part, "devices") ? part->children : nullptr;
        for (; device != nullptr; device = device->next) {
            if (is_called(device, "graphics") && is_spice(device)) {
                return index;
            }
            index += is_called(device, "graphics") ? 1U : 0U;
        }
    }
    return std::nullopt;
}

/// Takes over what libvirt allocated.
std::string taken(char* text) {
    std::string copy = text == nullptr ? "" : text;
    std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): libvirt's rule
    return copy;
}

Libvirt::Domain described(virDomainPtr domain) {
    Libvirt::Domain result;
    const char* const name = ::virDomainGetName(domain);
    result.name = name == nullptr ? "" : name;
    result.is_running = ::virDomainIsActive(domain) == 1;
    result.is_persistent = ::virDomainIsPersistent(domain) == 1;
    result.has_managed_save = ::virDomainHasManagedSaveImage(domain, 0) == 1;
    return result;
}

class Connection final : public Libvirt {
  public:
    explicit Connection(UniqueConnection connection) : connection_(std::move(connection)) {}

    std::string uri() const override { return taken(::virConnectGetURI(connection_.get())); }

    Result<std::vector<Domain>> domains() override {
        virDomainPtr* list = nullptr;
        const int count = ::virConnectListAllDomains(connection_.get(), &list, 0);
        if (count < 0) {
            return Failure(failed("list the domains"));
        }
        std::vector<Domain> result;
        for (int i = 0; i < count; ++i) {
            const UniqueDomain domain(list[i]);
            result.push_back(described(domain.get()));
        }
        std::free(static_cast<void*>(list));  // NOLINT(cppcoreguidelines-no-malloc): libvirt's
        return result;
    }

    Result<Domain> find(const std::string& name) override {
        ORIEL_TRY_ASSIGN(const UniqueDomain domain, look_up(name));
        return described(domain.get());
    }

    Result<std::string> xml(const std::string& name) override {
        ORIEL_TRY_ASSIGN(const UniqueDomain domain, look_up(name));
        char* const text = ::virDomainGetXMLDesc(
            domain.get(), static_cast<unsigned>(VIR_DOMAIN_XML_INACTIVE) | VIR_DOMAIN_XML_SECURE);
        if (text == nullptr) {
            return Failure(failed("read the definition of " + name));
        }
        return taken(text);
    }

    Result<void> define(const std::string& xml) override {
        // Not validated against the schema: what is in there already is not ours to judge.
        const UniqueDomain domain(::virDomainDefineXMLFlags(connection_.get(), xml.c_str(), 0));
        if (!domain) {
            return Failure(failed("change the domain's definition"));
        }
        return {};
    }

    Result<std::string> capabilities() override {
        char* const text = ::virConnectGetCapabilities(connection_.get());
        if (text == nullptr) {
            return Failure(failed("ask what the host can do"));
        }
        return taken(text);
    }

    Result<UniqueFd> open_spice(const std::string& name) override {
        ORIEL_TRY_ASSIGN(const UniqueDomain domain, look_up(name));
        const std::string xml = taken(::virDomainGetXMLDesc(domain.get(), 0));
        const std::optional<unsigned> index = spice_index(xml);
        if (!index) {
            return Failure(Error::not_found("the domain " + name +
                                            " has no SPICE graphics: see `oriel vm check " + name +
                                            "`"));
        }
        UniqueFd fd(
            ::virDomainOpenGraphicsFD(domain.get(), *index, VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH));
        if (!fd) {
            return Failure(failed("open the SPICE graphics of " + name));
        }
        ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
        return fd;
    }

  private:
    Result<UniqueDomain> look_up(const std::string& name) {
        UniqueDomain domain(::virDomainLookupByName(connection_.get(), name.c_str()));
        if (!domain) {
            const Error by_name = failed("find the domain " + name);
            domain.reset(::virDomainLookupByUUIDString(connection_.get(), name.c_str()));
            if (!domain) {
                return Failure(by_name);
            }
        }
        return domain;
    }

    UniqueConnection connection_;
};

/// Its errors come back as results; on stderr they are noise.
void say_nothing(void* /*unused*/, virErrorPtr /*unused*/) {}

Result<std::unique_ptr<Libvirt>> open(const std::string& uri) {
    ::virSetErrorFunc(nullptr, say_nothing);
    UniqueConnection connection(::virConnectOpen(uri.c_str()));
    if (!connection) {
        return Failure(failed("connect to libvirt at " + uri));
    }
    return std::make_unique<Connection>(std::move(connection));
}

constexpr LibvirtModule kFunctions{open};
constexpr ModuleEntry kEntry{kVersion, &kFunctions};

}  // namespace
}  // namespace oriel

extern "C" __attribute__((visibility("default"))) const oriel::ModuleEntry* oriel_module() {
    return &oriel::kEntry;
}
