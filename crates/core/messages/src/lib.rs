//! The words a person receives: templates by language, and the segments they fit in.
