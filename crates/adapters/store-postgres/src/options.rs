//! Where the databases are and how they are used.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// Why an address is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionsError {
    /// It is not an address as libpq writes it.
    Unreadable,
    /// It names no directory of a Unix socket.
    NoSocket,
    /// It names no database.
    NoDatabase,
    /// It holds a password, which belongs into a file of its own.
    Password,
    /// The file with the password cannot be read, or is not one line.
    PasswordFile(std::io::ErrorKind),
}

impl std::fmt::Display for OptionsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::PasswordFile(kind) => return write!(f, "has no password in its file: {kind}"),
            Self::Unreadable => {
                "is not of the form postgresql:///DATABASE?host=/DIRECTORY&user=ROLE"
            }
            Self::NoSocket => "must name the directory of a Unix socket: ?host=/run/postgresql",
            Self::NoDatabase => "must name a database: postgresql:///DATABASE",
            Self::Password => "must hold no password: name a file with it instead",
        })
    }
}

impl std::error::Error for OptionsError {}

/// One database: server, name, role. `Debug` shows no password.
#[derive(Clone)]
pub struct Place(pub(crate) Config);

impl Place {
    /// Reads `postgresql:///DATABASE?host=/DIRECTORY&user=ROLE`. Only Unix sockets: a room has no
    /// network, and the socket's owner is known to the system.
    ///
    /// # Errors
    /// [`OptionsError`].
    pub fn parse(address: &str) -> Result<Self, OptionsError> {
        let mut config: Config = address.parse().map_err(|_| OptionsError::Unreadable)?;
        let sockets = config.get_hosts();
        if sockets.is_empty() || !sockets.iter().all(|host| matches!(host, Host::Unix(_))) {
            return Err(OptionsError::NoSocket);
        }
        if config.get_password().is_some() {
            return Err(OptionsError::Password);
        }
        if config.get_dbname().is_none_or(str::is_empty) {
            return Err(OptionsError::NoDatabase);
        }
        config.application_name("ringfence");
        Ok(Place(config))
    }

    /// Reads an address as [`Place::parse`] does, for the role it names with the password that is
    /// the one line of a file; or for the role that owns the tables, which the server knows by its
    /// system user.
    ///
    /// # Errors
    /// [`OptionsError`].
    pub fn configured(
        address: &str,
        owner: Option<&str>,
        password_file: Option<&Path>,
    ) -> Result<Self, OptionsError> {
        let mut place = Place::parse(address)?;
        match (owner, password_file) {
            (Some(owner), _) => {
                place.0.user(owner);
                Ok(place)
            }
            (None, Some(file)) => {
                let password = password(file);
                let password =
                    password.map_err(|error| OptionsError::PasswordFile(error.kind()))?;
                Ok(place.password(&password))
            }
            (None, None) => Ok(place),
        }
    }

    /// The same database with a password for its role; without one the server must know the peer.
    #[must_use]
    pub fn password(mut self, password: &[u8]) -> Self {
        self.0.password(password);
        self
    }
}

fn password(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(MAX_PASSWORD);
    let most = u64::try_from(MAX_PASSWORD).unwrap_or(u64::MAX);
    File::open(file)?.take(most).read_to_end(&mut text)?;
    let password = text.trim_ascii_end();
    if password.is_empty() || password.contains(&b'\n') {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    Ok(password.to_vec())
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place")
            .field("database", &self.0.get_dbname())
            .field("role", &self.0.get_user())
            .finish_non_exhaustive()
    }
}

/// Options of a store on PostgreSQL.
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) places: Vec<(&'static str, Place)>,
    pub(crate) migrate: bool,
    pub(crate) connections: usize,
    pub(crate) statement_timeout: Duration,
    pub(crate) lock_timeout: Duration,
    pub(crate) patience: Duration,
}

/// Longest password, in bytes.
const MAX_PASSWORD: usize = 1024;
/// Most connections to each database, unless told otherwise.
pub(crate) const CONNECTIONS: usize = 16;

impl Default for Options {
    fn default() -> Self {
        Options {
            places: vec![],
            migrate: false,
            connections: CONNECTIONS,
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(5),
            patience: Duration::from_secs(10),
        }
    }
}

impl Options {
    /// Where a database of the schema is.
    #[must_use]
    pub fn database(mut self, name: &'static str, place: Place) -> Self {
        self.places.push((name, place));
        self
    }

    /// Applies missing migrations on opening, which otherwise refuses to open.
    #[must_use]
    pub fn migrate(mut self) -> Self {
        self.migrate = true;
        self
    }

    /// Most connections to each database, at least 1; 16 unless told.
    #[must_use]
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = most.max(1);
        self
    }

    /// How long a statement may run (10 s unless told), and how long one may wait for another's
    /// lock (5 s).
    #[must_use]
    pub fn timeouts(mut self, statement: Duration, lock: Duration) -> Self {
        (self.statement_timeout, self.lock_timeout) = (statement, lock);
        self
    }

    /// How long a transaction waits for a server that restarts or fails over; 10 s unless told.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_socket_and_a_database_and_no_password() {
        let place = Place::parse("postgresql:///vault?host=/run/postgresql&user=rf_vault");
        let shown = format!("{:?}", place.map(|place| place.password(b"hidden")));
        assert_eq!(
            shown,
            "Ok(Place { database: Some(\"vault\"), role: Some(\"rf_vault\"), .. })"
        );
        for (address, refusal) in [
            ("mysql://x", OptionsError::Unreadable),
            ("postgresql://example.org/vault", OptionsError::NoSocket),
            ("postgresql:///vault", OptionsError::NoSocket),
            (
                "postgresql:///?host=/run/postgresql",
                OptionsError::NoDatabase,
            ),
            (
                "postgresql://u:p@/vault?host=/run/postgresql",
                OptionsError::Password,
            ),
        ] {
            assert_eq!(Place::parse(address).err(), Some(refusal), "{address}");
        }
    }
}
