// SPDX-License-Identifier: MIT
#include "host/vm/xml_document.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

XmlDocument parsed(const std::string& text) {
    auto document = XmlDocument::parse(text, "the test's XML");
    EXPECT_TRUE(document) << document.error().message;
    return document ? std::move(*document) : *XmlDocument::parse("<none/>", "");
}

std::string refusal(const std::string& text) {
    const auto document = XmlDocument::parse(text, "vm.xml");
    return document ? "accepted" : document.error().message;
}

TEST(XmlDocument, KnowsWhichBytesAreWhichElement) {
    const XmlDocument document = parsed(
        "<?xml version='1.0' encoding='UTF-8'?>\n<!-- \xC3\xA4 < > -->\n"
        "<a>\n  <b c='1' d=\"x > y\" />t\xC3\xB6\n<e\n>in</e >\n</a>\n");

    const XmlElement& root = document.root();
    ASSERT_EQ(root.children.size(), 2U);
    EXPECT_EQ(document.text_of(root.children[0]), "<b c='1' d=\"x > y\" />");
    EXPECT_EQ(root.children[0].attribute("d"), "x > y");
    EXPECT_EQ(root.children[0].content_end, root.children[0].end);
    const XmlElement& e = root.children[1];
    EXPECT_EQ(document.text_of(e), "<e\n>in</e >");
    EXPECT_EQ(document.text().substr(e.content_begin, e.content_end - e.content_begin), "in");
    EXPECT_EQ(e.text, "in");
    EXPECT_TRUE(document.text_of(root).ends_with("</a>"));
}

TEST(XmlDocument, DecodesValuesAndText) {
    const XmlDocument document = parsed("<a b='x &amp; &lt;&#228;'>1 &gt; 0<![CDATA[<&]]></a>");

    EXPECT_EQ(document.root().attribute("b"), "x & <\xC3\xA4");
    EXPECT_EQ(document.root().text, "1 > 0<&");
}

TEST(XmlDocument, TellsNamespacesApart) {
    const XmlDocument document = parsed("<a xmlns:q='urn:q'><q:b c='1'/><b c='2'/></a>");

    EXPECT_EQ(document.root().children[0].namespace_uri, "urn:q");
    EXPECT_EQ(document.root().child_attribute("b", "c"), "2");
}

TEST(XmlDocument, IsRightBehindAByteOrderMark) {
    const XmlDocument document = parsed("\xEF\xBB\xBF<a><b/></a>");

    EXPECT_EQ(document.text_of(document.root().children[0]), "<b/>");
}

TEST(XmlDocument, SaysWhereXmlIsBroken) {
    EXPECT_EQ(
        refusal("<a>\n<b></a>"),
        "vm.xml is no well-formed XML: line 2: Opening and ending tag mismatch: b line 2 and a");
    EXPECT_EQ(refusal(""), "vm.xml is no XML: it is empty");
    EXPECT_TRUE(refusal("plain text").starts_with("vm.xml is no well-formed XML: line 1: "));
    EXPECT_TRUE(refusal("<a b='1' b='2'/>").starts_with("vm.xml is no well-formed XML: line 1: "));
    EXPECT_TRUE(refusal(std::string("<a>\0</a>", 8)).starts_with("vm.xml is no well-formed XML"));
}

TEST(XmlDocument, RefusesADoctypeAndWhatComesWithIt) {
    EXPECT_EQ(refusal("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"),
              "cannot use vm.xml: it has a DOCTYPE, which no definition of a VM has");
}

TEST(XmlDocument, RefusesNestingWithoutEnd) {
    std::string deep;
    for (int i = 0; i < 100000; ++i) {
        deep += "<a>";
    }

    EXPECT_TRUE(refusal(deep).starts_with("vm.xml is no well-formed XML: line 1: "))
        << refusal(deep);
}

TEST(XmlDocument, RefusesAnotherEncoding) {
    EXPECT_EQ(refusal("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE4</a>"),
              "cannot use vm.xml: its encoding is not UTF-8: convert it first");
}

TEST(XmlEscaped, GoesThereAndBack) {
    const std::string text = "a & <b> 'c' \"d\"";

    const XmlDocument document =
        parsed("<a b='" + xml_escaped(text) + "'>" + xml_escaped(text) + "</a>");

    EXPECT_EQ(document.root().attribute("b"), text);
    EXPECT_EQ(document.root().text, text);
}

}  // namespace
}  // namespace oriel
