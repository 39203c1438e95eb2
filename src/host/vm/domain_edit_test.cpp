// SPDX-License-Identifier: MIT
#include "host/vm/domain_edit.h"

#include <gtest/gtest.h>

#include "host/vm/testing/domain_files.h"
#include "host/vm/text_diff.h"

namespace oriel {
namespace {

using namespace testing_support;

std::string set_up(const std::string& text, const std::string& name) {
    const XmlDocument domain = domain_of(text);
    const DomainRegion region = system_region(name);
    const auto findings = check_domain(domain, region);
    EXPECT_TRUE(findings) << findings.error().message;
    DomainNotes notes;
    notes.region = name;
    return with_region(domain, region, pieces_to_add(domain, *findings), notes);
}

/// As libvirt does where it adds a graphics device: notes are taken of what it is now.
std::string with_graphics_noted(const std::string& before, const std::string& after) {
    const XmlDocument defined = domain_of(after);
    const DomainNotes notes = notes_of(defined).value_or(DomainNotes{});
    return with_notes(defined, with_side_effects(notes, domain_of(before), defined));
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

TEST(DomainEdit, AddsLinesAndChangesNone) {
    EXPECT_EQ(text_diff(domain_text("bare"), set_up(domain_text("bare"), "bare"), Colours::No),
              R"(@@ -1,4 +1,7 @@
 <domain type='qemu'>
+  <metadata>
+    <oriel:vm xmlns:oriel='urn:x-oriel:vm:1' region='bare' metadata='yes'/>
+  </metadata>
   <name>bare</name>
   <uuid>d1dafcdc-e91b-4f46-a562-d12e705d43f4</uuid>
   <memory unit='KiB'>131072</memory>
@@ -30,5 +33,21 @@
     <memballoon model='virtio'>
       <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>
     </memballoon>
+    <shmem name='bare' role='master'>
+      <model type='ivshmem-doorbell'/>
+      <server path='/run/oriel/bare/vm.sock'/>
+      <msi vectors='1'/>
+      <alias name='ua-oriel-shmem'/>
+    </shmem>
+    <graphics type='spice'>
+      <listen type='none'/>
+    </graphics>
+    <input type='tablet' bus='usb'>
+      <alias name='ua-oriel-tablet'/>
+    </input>
+    <video>
+      <model type='vga'/>
+      <alias name='ua-oriel-video'/>
+    </video>
   </devices>
 </domain>
)");
}

TEST(DomainEdit, TakesOutWhatItPutIn) {
    for (const std::string name : {"bare", "passed_through", "command_line"}) {
        const std::string before = domain_text(name);

        const std::string after = with_graphics_noted(before, set_up(before, name));
        const WithoutRegion without = without_region(domain_of(after));

        EXPECT_NE(after, before);
        EXPECT_EQ(without.xml, before) << name;
        EXPECT_TRUE(without.left.empty()) << name;
    }
}

TEST(DomainEdit, TakesOutOfAnUnformattedDomainWhatItPutIn) {
    for (const std::string before :
         {"<domain type='kvm'><name>a</name><devices/></domain>",
          "<domain type='kvm'><name>a</name><metadata/><devices></devices></domain>",
          "<domain type='kvm'><name>a</name><devices><input/></devices></domain>"}) {
        const std::string after = with_graphics_noted(before, set_up(before, "a"));

        const XmlDocument without = domain_of(without_region(domain_of(after)).xml);

        EXPECT_TRUE(is_fit(*check_domain(domain_of(after), system_region("a")))) << after;
        EXPECT_FALSE(notes_of(without).has_value());
        EXPECT_EQ(without.root().child("devices")->children.size(),
                  domain_of(before).root().child("devices")->children.size());
    }
}

TEST(DomainEdit, UsesAVirtioTabletWhereThereIsNoUsb) {
    EXPECT_NE(
        set_up(domain_text("command_line"), "byhand").find("<input type='tablet' bus='virtio'>"),
        std::string::npos);
}

TEST(DomainEdit, LeavesWhatAPersonChangedSince) {
    const std::string before = domain_text("bare");
    const std::string after = with_graphics_noted(before, set_up(before, "bare"));
    const std::string edited = replaced(after, "<listen type='none'/>", "<listen type='address'/>");

    const WithoutRegion without = without_region(domain_of(edited));

    EXPECT_NE(without.xml.find("<graphics type='spice'>"), std::string::npos);
    EXPECT_EQ(without.left,
              (std::vector<std::string>{"a <graphics> stays: it was changed since, or is gone"}));
    EXPECT_EQ(without.xml.find("oriel"), std::string::npos);
}

TEST(DomainEdit, TakesOutTheBusesThatCameAlongUnlessTheyAreUsed) {
    const std::string before = domain_text("bare");
    const std::string bridge =
        "    <controller type='pci' index='5' model='pcie-to-pci-bridge'>\n"
        "      <address type='pci' domain='0x0000' bus='0x00' slot='0x07' function='0x0'/>\n"
        "    </controller>\n";
    const std::string after = with_graphics_noted(
        before, replaced(set_up(before, "bare"), "  </devices>", bridge + "  </devices>"));
    const std::string device =
        "    <sound model='ac97'>\n"
        "      <address type='pci' domain='0x0000' bus='0x05' slot='0x01' function='0x0'/>\n"
        "    </sound>\n";
    const std::string used = replaced(after, "  </devices>", device + "  </devices>");

    EXPECT_EQ(without_region(domain_of(after)).xml, before);
    EXPECT_EQ(without_region(domain_of(used)).xml,
              replaced(before, "  </devices>", bridge + device + "  </devices>"));
    EXPECT_EQ(
        without_region(domain_of(used)).left,
        (std::vector<std::string>{"the PCI controller 5 stays: another device is on it now"}));
}

TEST(DomainEdit, PutsBackWhatLibvirtChangedForIt) {
    const std::string before = domain_text("bare");
    const std::string after =
        with_graphics_noted(before,
                            replaced(set_up(before, "bare"),
                                     "slot='0x02' function='0x0'/>",
                                     "slot='0x02' function='0x0' multifunction='on'/>"));

    EXPECT_EQ(without_region(domain_of(after)).xml, before);
    EXPECT_NE(after.find("<oriel:changed element='memballoon'"), std::string::npos);
}

TEST(DomainEdit, HasNothingToTakeOutOfAForeignDomain) {
    for (const std::string name : {"bare", "passed_through", "command_line"}) {
        EXPECT_EQ(without_region(domain_of(domain_text(name))).xml, domain_text(name));
    }
}

TEST(DomainNotes, AreReadAsTheyWereWritten) {
    DomainNotes notes;
    notes.region = "a";
    notes.has_unit = true;
    notes.added = {{"graphics", "0123"}};
    notes.changed = {{"controller", "4567", "<a b='1'>\n  <c/>\n</a>"}};
    std::string text;
    for (const std::string& line : notes_lines(notes)) {
        text += line + "\n";
    }

    const auto read = notes_of(domain_of("<domain><metadata>" + text + "</metadata></domain>"));

    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->region, "a");
    EXPECT_TRUE(read->has_unit);
    EXPECT_FALSE(read->has_metadata);
    ASSERT_EQ(read->added.size(), 1U);
    EXPECT_EQ(read->added[0].digest, "0123");
    ASSERT_EQ(read->changed.size(), 1U);
    EXPECT_EQ(read->changed[0].was, "<a b='1'>\n  <c/>\n</a>");
}

TEST(TextDiff, ShowsNothingWhereNothingChanges) {
    EXPECT_EQ(text_diff("a\nb\n", "a\nb\n", Colours::Yes), "");
    EXPECT_EQ(text_diff("", "", Colours::Yes), "");
}

TEST(TextDiff, JoinsWhatIsNear) {
    EXPECT_EQ(text_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\nx\n4\n5\n6\n7\n9\n", Colours::No),
              "@@ -1,9 +1,8 @@\n 1\n 2\n-3\n+x\n 4\n 5\n 6\n 7\n-8\n 9\n");
}

TEST(TextDiff, ColoursLinesAndHidesPasswords) {
    EXPECT_EQ(text_diff("<g passwd='geheim' a='1'/>\n", "", Colours::Yes),
              "@@ -1,1 +1,0 @@\n\x1b[31m-<g passwd='...' a='1'/>\x1b[0m\n");
}

}  // namespace
}  // namespace oriel
