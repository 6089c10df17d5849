use serde_json::Value as Json;

use super::ReadModelError;

/// A value of the document, and the way to it.
pub(super) struct Node<'a> {
    pub(super) value: &'a Json,
    parent: Option<&'a Node<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Root,
    Key(&'a str),
    /// A member of the object under the first key.
    Inside(&'a str, &'a str),
    Item(usize),
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Json) -> Self {
        Self { value, parent: None, step: Step::Root }
    }

    pub(super) fn key(&self) -> &'a str {
        match self.step {
            Step::Key(key) | Step::Inside(_, key) => key,
            Step::Root | Step::Item(_) => "",
        }
    }

    pub(super) fn wrong(&self, why: &str) -> ReadModelError {
        let mut way = Vec::new();
        let mut at = Some(self);
        while let Some(node) = at {
            match node.step {
                Step::Root => {}
                Step::Key(key) => way.push(key.to_owned()),
                Step::Inside(section, key) => way.push(format!("{section}/{key}")),
                Step::Item(index) => way.push(index.to_string()),
            }
            at = node.parent;
        }
        way.reverse();
        ReadModelError::Malformed { place: format!("/{}", way.join("/")), why: why.to_owned() }
    }

    pub(super) fn member<'s>(&'s self, key: &'s str) -> Result<Node<'s>, ReadModelError> {
        self.member_or_none(key)?.ok_or_else(|| self.wrong(&format!("`{key}` is missing")))
    }

    pub(super) fn member_or_none<'s>(&'s self, key: &'s str) -> Result<Option<Node<'s>>, ReadModelError> {
        let object = self.value.as_object().ok_or_else(|| self.wrong("expected an object"))?;
        Ok(object.get(key).map(|value| Node { value, parent: Some(self), step: Step::Key(key) }))
    }

    /// The members of the object under a key; none where it is absent.
    pub(super) fn members(&'a self, key: &'a str) -> Result<Vec<Node<'a>>, ReadModelError> {
        let object = self.value.as_object().and_then(|object| object.get(key));
        let Some(section) = object else { return Ok(Vec::new()) };
        let members = section.as_object().ok_or_else(|| self.wrong(&format!("`{key}` is no object")))?;
        let node =
            |(name, value): (&'a String, &'a Json)| Node { value, parent: Some(self), step: Step::Inside(key, name) };
        Ok(members.iter().map(node).collect())
    }

    pub(super) fn items<'s>(&'s self) -> Result<Vec<Node<'s>>, ReadModelError> {
        let items = self.value.as_array().ok_or_else(|| self.wrong("expected an array"))?;
        let node = |(index, value)| Node { value, parent: Some(self), step: Step::Item(index) };
        Ok(items.iter().enumerate().map(node).collect())
    }

    pub(super) fn text(&self) -> Result<&'a str, ReadModelError> {
        self.value.as_str().ok_or_else(|| self.wrong("expected a string"))
    }

    pub(super) fn bool(&self) -> Result<bool, ReadModelError> {
        self.value.as_bool().ok_or_else(|| self.wrong("expected true or false"))
    }

    pub(super) fn text_or_none(&self, key: &str) -> Result<Option<Box<str>>, ReadModelError> {
        let node = self.member_or_none(key)?.filter(|node| !node.value.is_null());
        node.map(|node| node.text().map(Into::into)).transpose()
    }

    /// Whether a member is there and true.
    pub(super) fn flag(&self, key: &str) -> Result<bool, ReadModelError> {
        self.member_or_none(key)?.map_or(Ok(false), |node| node.bool())
    }

    /// The strings under a key; none where it is absent.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<Box<str>>, ReadModelError> {
        let Some(list) = self.member_or_none(key)? else { return Ok(Vec::new()) };
        list.items()?.iter().map(|item| item.text().map(Into::into)).collect()
    }
}
