//! What `ringfence check-config` says of the rooms' fences.

use std::path::PathBuf;

use rooms::{
    answer::Form,
    sandbox::{self, Relaxation},
    settings::{Database, Hsm},
};

use crate::{said::say, settings::Settings};

/// Each room with what its fence leaves it by this configuration.
pub fn rooms(settings: &Settings) -> Vec<(&'static str, String)> {
    let server = |database: &Option<Database>| match database {
        Some(_) => Relaxation::UnixSockets.title(),
        None => "makes no sockets",
    };
    let mut vault = format!("its own folder; {}", server(&settings.vault_database));
    if settings.passphrase_file.is_some() {
        vault.push_str("; reads the passphrase file");
    }
    if settings.hsm.is_some() {
        vault.push_str("; what is relaxed for its library");
    }
    let told = &settings.carriers;
    let sends = !settings.demo && (!told.carriers.is_empty() || told.operator.is_some());
    let courier = match sends {
        true => {
            "its own folder; connects to the TCP ports of carriers and operator; asks for names"
        }
        false => "its own folder; makes no sockets",
    };
    let mut rooms = vec![
        (
            "front",
            format!("its own folder; {}", server(&settings.database)),
        ),
        ("vault", vault),
        ("courier", courier.to_owned()),
    ];
    if settings.console.is_some() {
        rooms.push(("console", "no files; makes no sockets".to_owned()));
    }
    rooms
}

/// What this kernel offers each room.
pub fn offered(shared: bool, form: Form) {
    let report = sandbox::probe();
    if form == Form::Lines {
        say!("fence    what this kernel offers each room:");
    }
    for line in report.to_string().lines() {
        say!("{}", form.below("fence", line));
    }
    if report.is_development(shared) {
        let why = "this instance calls itself development: rooms share a user without Landlock";
        match form {
            Form::Lines => say!("{why}"),
            Form::Json => say!("{}", form.item("custody", why)),
        }
    }
}

/// Where a room's database is; a server's socket is an exception from the room's fence.
pub fn database_line(room: &str, database: Option<&Database>) -> String {
    match database {
        None => format!("{room}: files in its folder"),
        Some(server) => {
            let share = server
                .share_address
                .iter()
                .map(|share| format!(" and {share}"));
            let share: String = share.collect();
            let relaxed = Relaxation::UnixSockets.title();
            format!("{room}: {}{share}; {relaxed}", server.address)
        }
    }
}

/// What the fence of the vault leaves open for the library of its tokens.
pub fn library(hsm: &Hsm) -> Vec<String> {
    let mut open = vec![format!("the vault runs {}", hsm.library.display())];
    let paths = |what: &str, paths: &[PathBuf]| -> Vec<String> {
        let paths = paths.iter();
        paths
            .map(|path| format!("it {what} {}", path.display()))
            .collect()
    };
    open.extend(paths("reads", &hsm.read));
    open.extend(paths("writes", &hsm.write));
    let ports = hsm.tcp_ports.iter();
    open.extend(ports.map(|port| format!("it connects to TCP port {port}")));
    if hsm.unix_sockets {
        open.push("it connects to Unix sockets".to_owned());
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms_of(config: &str) -> Vec<(&'static str, String)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ringfence.toml");
        std::fs::write(&path, config).unwrap();
        rooms(&Settings::load(&path).unwrap())
    }

    #[test]
    fn every_room_is_named_with_what_its_fence_leaves_it() {
        let plain = rooms_of("[instance]\ndata = \"data\"\n");
        let names: Vec<_> = plain.iter().map(|(room, _)| *room).collect();
        assert_eq!(names[..3], ["front", "vault", "courier"]);
        assert!(
            plain
                .iter()
                .all(|(_, open)| open.contains("makes no sockets"))
        );
        let server = "[instance]\ndata = \"data\"\n[vault]\npassphrase_file = \"/p\"\n[vault.database]\n\
                      address = \"postgresql:///v?host=/run\"\nshare_address = \"postgresql:///s?host=/run\"\n";
        let (_, vault) = rooms_of(server).swap_remove(1);
        assert!(
            vault.contains("Unix sockets") && vault.contains("passphrase"),
            "{vault}"
        );
    }
}
