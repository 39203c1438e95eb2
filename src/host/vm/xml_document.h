// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace oriel {

/// One element, and where it stands in the text: offsets in bytes.
struct XmlElement {
    std::string name;               ///< Without its prefix.
    std::string namespace_uri;      ///< "" for none.
    std::string text;               ///< What stands in it, without what stands in its children.
    std::size_t begin = 0;          ///< Of "<name".
    std::size_t content_begin = 0;  ///< Behind the start tag's ">"; `end` in "<name/>".
    std::size_t content_end = 0;    ///< Of "</name"; `end` in "<name/>".
    std::size_t end = 0;            ///< Behind the last ">".
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<XmlElement> children;

    /// "" where there is none.
    std::string attribute(std::string_view wanted) const;

    /// The first of that name and without a namespace, or nullptr. **Lifetime:** this object's.
    const XmlElement* child(std::string_view wanted) const;

    /// As child(), and its attribute; "" where one of the two is missing.
    std::string child_attribute(std::string_view wanted, std::string_view name_of_attribute) const;
};

/// A file of XML, and which bytes of it are which element: what is edited is the text, so that all
/// the rest stays as it was.
class XmlDocument {
  public:
    static constexpr std::size_t kMostBytes = 16U << 20U;

    /// **Trust:** `text` may be hostile: nothing outside it is read, and entities of its own making
    /// are refused. **Errors:** Usage, with the line; `label` says what it is, for people.
    static Result<XmlDocument> parse(std::string text, const std::string& label);

    const std::string& text() const { return text_; }

    const XmlElement& root() const { return root_; }

    /// The element's own bytes.
    std::string text_of(const XmlElement& element) const {
        return text_.substr(element.begin, element.end - element.begin);
    }

  private:
    XmlDocument(std::string text, XmlElement root)
        : text_(std::move(text)), root_(std::move(root)) {}

    std::string text_;
    XmlElement root_;
};

/// For an attribute's value in either kind of quotes, or for text.
std::string xml_escaped(std::string_view text);

}  // namespace oriel
