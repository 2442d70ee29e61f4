//! One table of the file, read key by key: what is not asked for is unknown.

use std::{fmt::Display, ops::RangeInclusive};

use toml::Value;

use super::{Wrong, shown};

/// A table that is being read.
pub(super) struct Section {
    name: &'static str,
    table: toml::Table,
    /// Keys asked for so far, which are those there may be.
    known: Vec<&'static str>,
}

impl Section {
    /// The table `name` of `whole`, empty if it is missing.
    pub(super) fn take(whole: &mut toml::Table, name: &'static str) -> Result<Self, Wrong> {
        match whole.remove(name) {
            None => Ok(Self::new(name, toml::Table::new())),
            Some(Value::Table(table)) => Ok(Self::new(name, table)),
            Some(_) => Err(Wrong::BadValue {
                table: name,
                key: "itself",
                allowed: format!("a table, begun with a line [{name}]"),
            }),
        }
    }

    const fn new(name: &'static str, table: toml::Table) -> Self {
        Self {
            name,
            table,
            known: Vec::new(),
        }
    }

    /// Whether nothing is left in it to be read.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// A table inside this one; `name` is the whole name, such as `front.limits`.
    pub(super) fn inner(&mut self, key: &'static str, name: &'static str) -> Result<Self, Wrong> {
        let read = |value| match value {
            Value::Table(table) => Some(table),
            _ => None,
        };
        let table = self.value(key, || format!("a table, begun with a line [{name}]"), read)?;
        Ok(Self::new(name, table.unwrap_or_default()))
    }

    /// The tables of a list, each begun with a line `[[name]]`; at most `most`.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        name: &'static str,
        most: usize,
    ) -> Result<Vec<Self>, Wrong> {
        let allowed = || format!("at most {most} tables, each begun with a line [[{name}]]");
        let tables = self.value(key, allowed, |value| {
            let Value::Array(values) = value else {
                return None;
            };
            let tables = values.into_iter().map(|value| match value {
                Value::Table(table) => Some(Self::new(name, table)),
                _ => None,
            });
            tables
                .collect::<Option<Vec<_>>>()
                .filter(|tables| tables.len() <= most)
        })?;
        Ok(tables.unwrap_or_default())
    }

    /// A text that `read` understands and that must be there.
    pub(super) fn needed<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Wrong> {
        let table = self.name;
        let allowed_here = allowed.to_owned();
        self.text(key, allowed, read)?.ok_or(Wrong::BadValue {
            table,
            key,
            allowed: allowed_here,
        })
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, key: &'static str) -> Result<Option<bool>, Wrong> {
        let allowed = || "true or false".to_owned();
        self.value(key, allowed, |value| value.as_bool())
    }

    /// What is wrong with a key for another reason than its own value.
    pub(super) fn wrong(&self, key: &'static str, allowed: &str) -> Wrong {
        Wrong::BadValue {
            table: self.name,
            key,
            allowed: allowed.to_owned(),
        }
    }

    /// The value of a key, if it is there.
    pub(super) fn value<T>(
        &mut self,
        key: &'static str,
        allowed: impl FnOnce() -> String,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Result<Option<T>, Wrong> {
        self.known.push(key);
        let Some(value) = self.table.remove(key) else {
            return Ok(None);
        };
        let read = read(value).ok_or_else(|| Wrong::BadValue {
            table: self.name,
            key,
            allowed: allowed(),
        })?;
        Ok(Some(read))
    }

    /// A text that `read` understands.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Wrong> {
        self.value(key, || allowed.to_owned(), |value| read(value.as_str()?))
    }

    /// A whole number within bounds.
    pub(super) fn whole<T>(
        &mut self,
        key: &'static str,
        bounds: RangeInclusive<T>,
    ) -> Result<Option<T>, Wrong>
    where
        T: TryFrom<i64> + PartialOrd + Display,
    {
        let allowed = || format!("a whole number from {} to {}", bounds.start(), bounds.end());
        self.value(key, allowed, |value| {
            let number = T::try_from(value.as_integer()?).ok()?;
            bounds.contains(&number).then_some(number)
        })
    }

    /// A list of at most `most` values that `read` understands.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        most: usize,
        each: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<Vec<T>>, Wrong> {
        let allowed = || format!("a list of at most {most}, each {each}");
        self.value(key, allowed, |value| {
            let values = value.as_array().filter(|values| values.len() <= most)?;
            values.iter().map(read).collect()
        })
    }

    /// Fails if anything is left that was not asked for.
    pub(super) fn finish(self) -> Result<(), Wrong> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(key) => Err(Wrong::UnknownKey {
                table: self.name,
                key: shown(key),
                allowed: self.known,
            }),
        }
    }
}
