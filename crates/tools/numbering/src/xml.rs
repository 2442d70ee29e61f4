//! Just enough XML to read the numbering data: elements, attributes, text and comments.
//!
//! No namespaces, no CDATA, no entities but `&amp;`: the data has none, and anything else is an
//! error.

use crate::error::{Error, Result};

/// One element.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes in the order of the file.
    pub attributes: Vec<(String, String)>,
    /// The elements directly in it.
    pub children: Vec<Element>,
    /// The text directly in it.
    pub text: String,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Every child of this name.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text without white space, which is layout in patterns.
    pub fn dense_text(&self) -> String {
        self.text.split_whitespace().collect()
    }
}

/// Reads a whole document and returns its root element.
pub fn parse(text: &str) -> Result<Element> {
    let mut open = vec![Element::default()];
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        if let Some(top) = open.last_mut() {
            top.text.push_str(&plain(&rest[..at])?);
        }
        rest = &rest[at..];
        rest = match () {
            () if rest.starts_with("<!--") => after(rest, "-->")?,
            () if rest.starts_with("<?") => after(rest, "?>")?,
            () if rest.starts_with("<!DOCTYPE") => after(rest, "]>")?,
            () if rest.starts_with("</") => close(&mut open, rest)?,
            () => start(&mut open, rest)?,
        };
    }
    let mut document = open.pop().filter(|_| open.is_empty());
    let root = document
        .as_mut()
        .and_then(|document| document.children.pop());
    root.ok_or_else(|| Error::failed("XML: an element is not closed, or there is none"))
}

fn after<'t>(rest: &'t str, end: &str) -> Result<&'t str> {
    match rest.split_once(end) {
        Some((_, rest)) => Ok(rest),
        None => Err(Error::failed(format!("XML: `{end}` is missing"))),
    }
}

fn close<'t>(open: &mut Vec<Element>, rest: &'t str) -> Result<&'t str> {
    let (name, rest) = rest[2..]
        .split_once('>')
        .ok_or_else(|| Error::failed("XML: an end tag is cut off"))?;
    let element = open.pop().filter(|element| element.name == name.trim());
    match (element, open.last_mut()) {
        (Some(element), Some(parent)) => parent.children.push(element),
        _ => return Err(Error::failed(format!("XML: `</{name}>` closes nothing"))),
    }
    Ok(rest)
}

fn start<'t>(open: &mut Vec<Element>, rest: &'t str) -> Result<&'t str> {
    let (tag, rest) = rest[1..]
        .split_once('>')
        .ok_or_else(|| Error::failed("XML: a tag is cut off"))?;
    let empty = tag.ends_with('/');
    let tag = tag.trim_end_matches('/').trim();
    let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let element = Element {
        name: name.to_owned(),
        attributes: attributes_of(attributes)?,
        ..Element::default()
    };
    match open.last_mut() {
        Some(parent) if empty => parent.children.push(element),
        _ => open.push(element),
    }
    Ok(rest)
}

fn attributes_of(mut text: &str) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    while !text.trim().is_empty() {
        let parts = text.split_once("=\"");
        let parts = parts.and_then(|(name, rest)| Some((name, rest.split_once('"')?)));
        let Some((name, (value, rest))) = parts else {
            return Err(Error::failed(format!("XML: bad attributes `{text}`")));
        };
        found.push((name.trim().to_owned(), plain(value)?));
        text = rest;
    }
    Ok(found)
}

fn plain(text: &str) -> Result<String> {
    let plain = text.replace("&amp;", "&");
    match text.matches('&').count() == text.matches("&amp;").count() {
        true => Ok(plain),
        false => Err(Error::failed(format!("XML: unknown entity in `{text}`"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_text_are_read() {
        let root = parse(
            "<?xml version=\"1.0\"?><!DOCTYPE a [ <!ELEMENT a (b)> ]>\n\
             <a><!-- <b>no</b> --><b x=\"1\" y=\"2 &amp; 3\"/><b>\n 4 |\n 5 </b></a>",
        )
        .unwrap();
        assert_eq!(root.name, "a");
        let texts: Vec<_> = root.all("b").map(Element::dense_text).collect();
        assert_eq!(texts, ["", "4|5"]);
        assert_eq!(root.child("b").unwrap().attribute("y"), Some("2 & 3"));
        assert_eq!(root.child("c"), None);
    }

    #[test]
    fn broken_documents_are_refused() {
        for text in [
            "",
            "<a>",
            "<a></b>",
            "</a>",
            "<a",
            "<a x=1></a>",
            "<a>&lt;</a>",
            "<!-- <a></a>",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
