// SPDX-License-Identifier: MIT
#include "host/vm/xml_document.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <strings.h>

namespace oriel {
namespace {

struct FreeContext {
    void operator()(xmlParserCtxtPtr context) const { ::xmlFreeParserCtxt(context); }
};

/// What the parser calls back into.
struct Builder {
    std::string_view text;
    xmlParserCtxtPtr parser = nullptr;
    std::vector<XmlElement> open;
    XmlElement root;
    std::string fault;      ///< What we refuse.
    std::string complaint;  ///< What the parser refuses.

    std::size_t position() const {
        const auto consumed = ::xmlByteConsumed(parser);
        return consumed < 0 ? text.size() : static_cast<std::size_t>(consumed);
    }

    void refuse(const std::string& why) {
        if (fault.empty()) {
            fault = why;
        }
        ::xmlStopParser(parser);
    }
};

std::string string_of(const xmlChar* text) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): xmlChar is a byte of UTF-8
    return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

std::string string_of(const xmlChar* begin, const xmlChar* end) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as above
    return {reinterpret_cast<const char*>(begin), reinterpret_cast<const char*>(end)};
}

Builder& builder_of(void* context) {
    return *static_cast<Builder*>(static_cast<xmlParserCtxtPtr>(context)->_private);
}

/// As the text declares it. Of any other encoding we would not know the bytes.
bool is_utf8(xmlParserCtxtPtr parser) {
    std::string declared = string_of(parser->encoding);
    if (declared.empty() && parser->input != nullptr) {
        declared = string_of(parser->input->encoding);
    }
    return declared.empty() || ::strcasecmp(declared.c_str(), "UTF-8") == 0;
}

/// The parser stands before the start tag's ">" or "/>".
// NOLINTNEXTLINE(readability-function-size): the library's type
void on_start(void* context,
              const xmlChar* name,
              const xmlChar* /*prefix*/,
              const xmlChar* uri,
              int /*namespaces*/,
              const xmlChar** /*namespace_list*/,
              int attribute_count,
              int /*defaulted*/,
              const xmlChar** attributes) {
    constexpr int kWordsEach = 5;  // name, prefix, URI, value, behind the value
    Builder& builder = builder_of(context);
    if (builder.open.empty() && !is_utf8(builder.parser)) {
        return builder.refuse("its encoding is not UTF-8: convert it first");
    }
    XmlElement element;
    element.name = string_of(name);
    element.namespace_uri = string_of(uri);
    for (int i = 0; i < attribute_count; ++i) {
        const xmlChar** const words = attributes + static_cast<std::ptrdiff_t>(i) * kWordsEach;
        element.attributes.emplace_back(string_of(words[0]), string_of(words[3], words[4]));
    }
    const std::size_t at = builder.position();
    // No attribute's value can hold a "<".
    const std::size_t begin =
        at < builder.text.size() ? builder.text.rfind('<', at) : std::string_view::npos;
    if (begin == std::string_view::npos || (builder.text[at] != '>' && builder.text[at] != '/')) {
        return builder.refuse("it cannot be told where its elements are");
    }
    element.begin = begin;
    element.content_begin = builder.text[at] == '>' ? at + 1 : 0;
    builder.open.push_back(std::move(element));
}

/// The parser stands behind the end tag, or behind "/>".
void on_end(void* context, const xmlChar* /*name*/, const xmlChar* /*prefix*/, const xmlChar*) {
    Builder& builder = builder_of(context);
    const std::size_t at = builder.position();
    if (builder.open.empty() || at == 0 || at > builder.text.size() ||
        builder.text[at - 1] != '>') {
        return builder.refuse("it cannot be told where its elements are");
    }
    XmlElement element = std::move(builder.open.back());
    builder.open.pop_back();
    element.end = at;
    if (element.content_begin == 0) {
        element.content_begin = element.end;
        element.content_end = element.end;
    } else {
        element.content_end = builder.text.rfind('<', at - 1);
    }
    (builder.open.empty() ? builder.root : builder.open.back().children.emplace_back()) =
        std::move(element);
}

void on_text(void* context, const xmlChar* text, int length) {
    Builder& builder = builder_of(context);
    if (!builder.open.empty()) {
        builder.open.back().text += string_of(text, text + length);
    }
}

void on_doctype(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
    builder_of(context).refuse("it has a DOCTYPE, which no definition of a VM has");
}

std::string one_line(std::string text) {
    while (text.ends_with('\n') || text.ends_with(' ')) {
        text.pop_back();
    }
    std::ranges::replace(text, '\n', ' ');
    return text;
}

/// The first is the cause, the others follow from it.
void on_error(void* context, xmlErrorPtr error) {
    Builder& builder = builder_of(context);
    if (builder.complaint.empty() && error != nullptr && error->level >= XML_ERR_ERROR) {
        builder.complaint =
            fmt::format("line {}: {}",
                        error->line,
                        one_line(error->message == nullptr ? "it is broken" : error->message));
    }
}

xmlSAXHandler handler() {
    xmlSAXHandler calls{};
    calls.initialized = XML_SAX2_MAGIC;
    calls.startElementNs = on_start;
    calls.endElementNs = on_end;
    calls.characters = on_text;
    calls.cdataBlock = on_text;
    calls.internalSubset = on_doctype;
    calls.serror = on_error;
    return calls;
}

}  // namespace

std::string XmlElement::attribute(std::string_view wanted) const {
    const auto found =
        std::ranges::find(attributes, wanted, &decltype(attributes)::value_type::first);
    return found == attributes.end() ? "" : found->second;
}

const XmlElement* XmlElement::child(std::string_view wanted) const {
    const auto found = std::ranges::find_if(children, [wanted](const XmlElement& element) {
        return element.name == wanted && element.namespace_uri.empty();
    });
    return found == children.end() ? nullptr : &*found;
}

std::string XmlElement::child_attribute(std::string_view wanted,
                                        std::string_view name_of_attribute) const {
    const XmlElement* const found = child(wanted);
    return found == nullptr ? "" : found->attribute(name_of_attribute);
}

Result<XmlDocument> XmlDocument::parse(std::string text, const std::string& label) {
    if (text.size() > kMostBytes) {
        return Failure(
            Error::usage(fmt::format("{} is too large: {} MiB at most", label, kMostBytes >> 20U)));
    }
    const std::unique_ptr<xmlParserCtxt, FreeContext> parser(
        ::xmlCreateMemoryParserCtxt(text.data(), static_cast<int>(text.size())));
    if (!parser) {
        return Failure(Error::usage(fmt::format("{} is no XML: it is empty", label)));
    }
    Builder builder{
        .text = text, .parser = parser.get(), .open = {}, .root = {}, .fault = {}, .complaint = {}};
    const xmlSAXHandler calls = handler();
    *parser->sax = calls;
    parser->_private = &builder;
    // Entities: the five of XML itself, since a DOCTYPE ends it. Without this "&amp;" stays
    // "&#38;".
    ::xmlCtxtUseOptions(parser.get(), XML_PARSE_NOENT | XML_PARSE_NONET);
    ::xmlParseDocument(parser.get());
    if (!builder.fault.empty()) {
        return Failure(Error::usage(fmt::format("cannot use {}: {}", label, builder.fault)));
    }
    if (parser->wellFormed == 0) {
        return Failure(Error::usage(
            fmt::format("{} is no well-formed XML: {}",
                        label,
                        builder.complaint.empty() ? "it is broken" : builder.complaint)));
    }
    return XmlDocument(std::move(text), std::move(builder.root));
}

std::string xml_escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '\'':
            result += "&apos;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

}  // namespace oriel
