//! Which user a room runs as.
//!
//! Only `/etc/passwd` is read: name services would load code and talk to daemons inside the supervisor.

use std::{fs::File, io::Read};

/// A user and its primary group, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserIds {
    /// User id.
    pub uid: u32,
    /// Primary group id.
    pub gid: u32,
}

/// Largest user file that is read, in bytes.
const FILE_LEN_MAX: u64 = 4 * 1024 * 1024;

/// Whether this process may start rooms as other users.
#[must_use]
pub fn may_switch() -> bool {
    rustix::process::geteuid().is_root()
}

/// The ids of the user called `name`, or none if the user file does not list it.
///
/// # Errors
/// When `/etc/passwd` cannot be read as text.
pub fn look_up(name: &str) -> std::io::Result<Option<UserIds>> {
    let mut text = String::new();
    File::open("/etc/passwd")?
        .take(FILE_LEN_MAX)
        .read_to_string(&mut text)?;
    Ok(find(name, &text))
}

/// The ids of the user called `name` in the text of a user file (passwd(5): `name:password:uid:gid:…`).
#[must_use]
pub fn find(name: &str, passwd: &str) -> Option<UserIds> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (found, _password) = (fields.next()?, fields.next()?);
        let uid = fields.next()?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (found == name && !name.is_empty()).then_some(UserIds { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "root:x:0:0:root:/root:/bin/sh\n# a comment\nbroken:x:one:2::/:\n\nrf-vault:x:901:902::/nonexistent:/usr/sbin/nologin\n:x:7:7::/:\n";

    #[test]
    fn a_listed_user_is_found_with_its_group() {
        assert_eq!(find("rf-vault", FILE), Some(UserIds { uid: 901, gid: 902 }));
        assert_eq!(find("root", FILE), Some(UserIds { uid: 0, gid: 0 }));
    }

    #[test]
    fn unknown_broken_and_empty_names_are_none() {
        for name in ["rf", "broken", "", "# a comment"] {
            assert_eq!(find(name, FILE), None, "{name:?}");
        }
    }

    #[test]
    fn this_system_knows_its_superuser() {
        assert_eq!(
            look_up("root").ok().flatten(),
            Some(UserIds { uid: 0, gid: 0 })
        );
    }
}
