//! Table: The vault's own register of applications: what a message may say and who may be reached.

use model::ApplicationId;
use serde::{Deserialize, Serialize};
use store::{Column, Kind, Row, RowReader, StoreError, Table, Value};

use crate::guard::Guarded;

/// Applications by id. What an operator sets lives in `terms`, as one versioned blob.
pub static APPLICATION: Table = Table {
    name: "application",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("terms", Kind::Bytes),
        Column::new("version", Kind::Int),
        Column::new("mac", Kind::Bytes),
    ],
    key: &["id"],
    indexes: &[],
};

/// A test number of a sandbox application, with the code that always proves it.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct SandboxNumber {
    /// E.164.
    pub number: String,
    /// 4 to 10 digits.
    pub code: String,
}

impl std::fmt::Debug for SandboxNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SandboxNumber(..)")
    }
}

/// One application.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The product's name in messages.
    pub name: String,
    /// The host that codes are bound to.
    pub host: String,
    /// The sender shown on phones, at most 11 characters.
    pub sender: String,
    /// Accounts that one number may have here.
    pub accounts_per_number: u8,
    /// Countries served, ISO 3166-1 alpha-2; empty means all.
    pub countries: Vec<String>,
    /// Kinds of line that are refused, by their stable names.
    pub refused_lines: Vec<String>,
    /// Whether calls are offered.
    pub voice: bool,
    /// Whether texts are offered.
    pub sms: bool,
    /// A sandbox takes only its own test numbers and sends nothing.
    pub sandbox: Option<Vec<SandboxNumber>>,
    /// Row version.
    #[serde(skip)]
    pub version: u64,
}

impl Guarded for Application {
    const TABLE: &'static Table = &APPLICATION;

    fn fields(&self) -> Row {
        // Encoding plain fields into memory cannot fail.
        let terms = postcard::to_stdvec(self).unwrap_or_default();
        vec![Value::from(*self.id.as_bytes()), Value::Bytes(terms)]
    }

    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError> {
        let id = ApplicationId::from_bytes(fields.array()?);
        let terms: Self = postcard::from_bytes(&fields.bytes()?).map_err(|_| fields.corrupt())?;
        if terms.id == id {
            Ok(terms)
        } else {
            Err(fields.corrupt())
        }
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn set_version(&mut self, version: u64) {
        self.version = version;
    }
}
