//! Which user a room runs as.
//!
//! Only `/etc/passwd` is read: name services would load code and talk to daemons inside the supervisor.

use std::{
    fs::File,
    io::{self, Read},
    os::fd::OwnedFd,
    path::Path,
};

use rustix::{
    fs::{CWD, Dir, FileType, Gid, Mode, OFlags, Stat, Uid, fchmod, fchown, fstat, openat},
    path::Arg,
};

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

/// Folders below a room's folder that are walked.
const DEPTH_MAX: u32 = 8;
const FOLDER: Mode = Mode::RWXU;
const FILE: Mode = Mode::RUSR.union(Mode::WUSR);

/// Gives a room's folder to its user: folders get mode 0700, files 0600.
///
/// The user may write in that folder while root walks it. So everything is changed by its open
/// descriptor, links are not followed, and a file with a second name elsewhere is refused: root
/// would give that away too.
///
/// # Errors
/// When something cannot be changed, or is neither a folder nor a file of one name.
pub fn give_folder(folder: &Path, user: UserIds) -> io::Result<()> {
    let (opened, stat) = open(CWD, folder)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    give_opened(&opened, &stat, user, DEPTH_MAX)
}

/// Gives one file to a user, with mode 0600.
///
/// # Errors
/// As [`give_folder`].
pub fn give_file(file: &Path, user: UserIds) -> io::Result<()> {
    let (opened, stat) = open(CWD, file)?;
    if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    give_opened(&opened, &stat, user, 0)
}

fn open(at: impl std::os::fd::AsFd, name: impl Arg) -> io::Result<(OwnedFd, Stat)> {
    // A pipe must not keep root waiting for its other end.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = openat(at, name, flags, Mode::empty())?;
    let stat = fstat(&opened)?;
    Ok((opened, stat))
}

fn give_opened(opened: &OwnedFd, stat: &Stat, user: UserIds, depth: u32) -> io::Result<()> {
    let mode = match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory if depth > 0 => {
            for entry in Dir::read_from(opened)? {
                let entry = entry?;
                if matches!(entry.file_name().to_bytes(), b"." | b"..") {
                    continue;
                }
                let (inner, stat) = open(opened, entry.file_name())?;
                give_opened(&inner, &stat, user, depth - 1)?;
            }
            FOLDER
        }
        FileType::RegularFile if stat.st_nlink == 1 => FILE,
        _ => return Err(io::Error::other("neither a folder nor a file of one name")),
    };
    fchown(
        opened,
        Some(Uid::from_raw(user.uid)),
        Some(Gid::from_raw(user.gid)),
    )?;
    Ok(fchmod(opened, mode)?)
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    };

    use super::*;

    /// Somebody whom this process may give files to: anybody for root, else itself.
    fn somebody() -> UserIds {
        if may_switch() {
            return UserIds {
                uid: 64_901,
                gid: 64_902,
            };
        }
        UserIds {
            uid: rustix::process::getuid().as_raw(),
            gid: rustix::process::getgid().as_raw(),
        }
    }

    fn owner_and_mode(path: &Path) -> (u32, u32, u32) {
        let found = fs::symlink_metadata(path).unwrap();
        (found.uid(), found.gid(), found.mode() & 0o7777)
    }

    /// A folder with a file in a folder in it, all of them open to everybody.
    fn room() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("deeper")).unwrap();
        for name in ["main.db", "deeper/main.db-wal"] {
            fs::write(folder.path().join(name), "rows").unwrap();
        }
        for name in ["", "main.db", "deeper", "deeper/main.db-wal"] {
            let open = Permissions::from_mode(0o777);
            fs::set_permissions(folder.path().join(name), open).unwrap();
        }
        folder
    }

    #[test]
    fn a_room_s_folder_becomes_its_user_s_and_private() {
        let (folder, user) = (room(), somebody());
        give_folder(folder.path(), user).unwrap();
        for (name, mode) in [
            ("", 0o700),
            ("main.db", 0o600),
            ("deeper", 0o700),
            ("deeper/main.db-wal", 0o600),
        ] {
            let found = owner_and_mode(&folder.path().join(name));
            assert_eq!(found, (user.uid, user.gid, mode), "{name}");
        }
        let kept = fs::read_to_string(folder.path().join("deeper/main.db-wal")).unwrap();
        assert_eq!(kept, "rows");
    }

    #[test]
    fn nothing_outside_the_folder_is_given_away() {
        let (outside, user) = (room(), somebody());
        let foreign = outside.path().join("main.db");
        let before = owner_and_mode(&foreign);
        for plant in [
            |from: &Path, to: &Path| symlink(from, to),
            |from: &Path, to: &Path| fs::hard_link(from, to),
        ] {
            let folder = room();
            plant(&foreign, &folder.path().join("planted")).unwrap();
            assert!(give_folder(folder.path(), user).is_err());
            assert_eq!(owner_and_mode(&foreign), before);
        }
        let named = outside.path().join("named");
        symlink(&foreign, &named).unwrap();
        assert!(give_file(&named, user).is_err());
        assert!(give_folder(&named, user).is_err());
        assert!(give_folder(&foreign, user).is_err());
        assert!(give_file(outside.path(), user).is_err());
        assert_eq!(owner_and_mode(&foreign), before);
    }

    #[test]
    fn one_file_can_be_given() {
        let (folder, user) = (room(), somebody());
        let file = folder.path().join("main.db");
        give_file(&file, user).unwrap();
        assert_eq!(owner_and_mode(&file), (user.uid, user.gid, 0o600));
    }

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
