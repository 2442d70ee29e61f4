//! A small reader of command lines: flags, options with a value, and the rest.

use crate::error::{Error, Result};

/// The arguments not yet understood.
#[derive(Debug)]
pub struct Args(Vec<String>);

impl Args {
    /// From the words after the command's name.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        Self(words.into_iter().collect())
    }

    /// Takes the first word, if there is one and it is not an option.
    pub fn word(&mut self) -> Option<String> {
        let first = self.0.first()?;
        (!first.starts_with('-')).then(|| self.0.remove(0))
    }

    /// Takes a flag such as `--fix`; says whether it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() < before
    }

    /// Takes an option with a value, `--runs 5` or `--runs=5`.
    pub fn option(&mut self, name: &str) -> Result<Option<String>> {
        let prefix = format!("{name}=");
        let Some(at) = self
            .0
            .iter()
            .position(|w| w == name || w.starts_with(&prefix))
        else {
            return Ok(None);
        };
        let word = self.0.remove(at);
        if let Some(value) = word.strip_prefix(&prefix) {
            return Ok(Some(value.to_owned()));
        }
        if at < self.0.len() {
            return Ok(Some(self.0.remove(at)));
        }
        Err(Error::Usage(format!("`{name}` needs a value")))
    }

    /// Takes an option whose value is a whole number of at least 1.
    pub fn count(&mut self, name: &str, otherwise: u32) -> Result<u32> {
        let Some(value) = self.option(name)? else {
            return Ok(otherwise);
        };
        match value.parse() {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(Error::Usage(format!(
                "`{name}` needs a whole number from 1 on"
            ))),
        }
    }

    /// All that is left, whatever it is.
    pub fn rest(self) -> Vec<String> {
        self.0
    }

    /// All that is left, none of which may be an option.
    pub fn words(self) -> Result<Vec<String>> {
        match self.0.iter().find(|word| word.starts_with('-')) {
            Some(unknown) => Err(Error::Usage(format!("unknown option `{unknown}`"))),
            None => Ok(self.0),
        }
    }

    /// Nothing may be left.
    pub fn done(self) -> Result<()> {
        match self.0.first() {
            Some(extra) => Err(Error::Usage(format!("unexpected `{extra}`"))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Args {
        Args::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn an_option_is_read_in_both_spellings() {
        let mut given = args("--runs 3 --seconds=7 login");
        assert_eq!(given.count("--runs", 1).unwrap(), 3);
        assert_eq!(given.count("--seconds", 1).unwrap(), 7);
        assert_eq!(given.words().unwrap(), ["login"]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(matches!(args("--nonsense").words(), Err(Error::Usage(_))));
        assert!(matches!(args("extra").done(), Err(Error::Usage(_))));
        assert!(matches!(
            args("--runs").option("--runs"),
            Err(Error::Usage(_))
        ));
        assert!(matches!(
            args("--runs 0").count("--runs", 1),
            Err(Error::Usage(_))
        ));
    }

    #[test]
    fn a_flag_is_found_wherever_it_stands() {
        let mut given = args("arrows --fix sizes");
        assert!(given.flag("--fix"));
        assert!(!given.flag("--fix"));
        assert_eq!(given.rest(), ["arrows", "sizes"]);
    }
}
