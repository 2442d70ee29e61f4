//! `ringfence init`, and whose files a new or changed instance's are.

use std::{
    fs::{self, DirBuilder, Permissions},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

use rooms::{
    Failure,
    settings::Users,
    users::{give_file, give_folder, may_switch},
};

use crate::{
    arguments::Init, database, operator::vault, settings::Settings, supervisor::system_user,
};

/// `ringfence init`. What fails leaves no configuration behind, so that it can be tried again.
pub fn run(config: &Path, new: &Init) -> Result<(), Failure> {
    if config.exists() {
        return Err(Failure::Usage(format!(
            "{} is there already",
            config.display()
        )));
    }
    let users = users(new.users.as_deref())?;
    make_private_directory(&new.data)?;
    let data = new.data.canonicalize();
    let data = data.map_err(Failure::while_doing(new.data.display()))?;
    let text = first_config(&data, new.passphrase_file.as_deref(), &users)?;
    fs::write(config, text).map_err(Failure::while_doing(config.display()))?;
    if let Err(failure) = make(config) {
        fs::remove_file(config).map_err(Failure::while_doing(config.display()))?;
        return Err(failure);
    }
    println!("made {} and {}", config.display(), data.display());
    match &new.passphrase_file {
        None => println!("keys are kept in a file: fit for development, not for people's numbers"),
        Some(file) => println!(
            "keys are kept in a file that the passphrase in {} opens: without it no number ever \
             opens again",
            file.display()
        ),
    }
    println!("next: ringfence apps create NAME --host HOST, then ringfence serve");
    Ok(())
}

fn make(config: &Path) -> Result<(), Failure> {
    init_rooms(config)?;
    let settings = Settings::load(config)?;
    hand_over(&settings)?;
    let (Some(file), Some(user)) = (&settings.passphrase_file, &settings.users.vault) else {
        return Ok(());
    };
    give_file(file, system_user(user)?).map_err(Failure::while_doing(file.display()))
}

/// The users of the rooms, which must exist.
fn users(prefix: Option<&str>) -> Result<Users, Failure> {
    let Some(prefix) = prefix else {
        return Ok(Users::default());
    };
    if !may_switch() {
        return Err(Failure::Usage(
            "--users is for root: nobody else may give files away or start rooms as other users"
                .into(),
        ));
    }
    let user = |room| {
        let name = format!("{prefix}-{room}");
        system_user(&name).map(|_| Some(name))
    };
    Ok(Users {
        front: user("front")?,
        vault: user("vault")?,
        courier: user("courier")?,
        console: None,
    })
}

fn first_config(data: &Path, passphrase: Option<&Path>, users: &Users) -> Result<String, Failure> {
    // A JSON string is a TOML string.
    let quoted = |path: &Path| serde_json::to_string(path).map_err(Failure::while_doing("writing"));
    let data = quoted(data)?;
    let named = [
        ("front", &users.front),
        ("vault", &users.vault),
        ("courier", &users.courier),
    ];
    let named: String = named
        .iter()
        .filter_map(|(room, user)| Some(format!("{room} = \"{}\"\n", user.as_ref()?)))
        .collect();
    let users = match named.as_str() {
        "" => String::new(),
        named => format!("[instance.users]\n{named}\n"),
    };
    let vault = match passphrase {
        None => String::new(),
        Some(file) => {
            let whole = std::path::absolute(file).map_err(Failure::while_doing(file.display()))?;
            format!("[vault]\npassphrase_file = {}\n\n", quoted(&whole)?)
        }
    };
    Ok(format!(
        "# Ringfence. What is not named here has its default; see docs/reference/config.md\n\
         [instance]\nmode = \"production\"\ndata = {data}\n\n{users}\
         [front]\nlisten = \"127.0.0.1:8080\"\npublic_url = \"https://id.example\"\n\n{vault}\
         [courier]\nlisten = \"127.0.0.1:8082\"\n"
    ))
}

/// Makes the rooms' directories, keys and databases where there are none.
pub fn init_rooms(config: &Path) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    for room in ["front", "courier"] {
        make_private_directory(&settings.data.join(room))?;
    }
    database::migrate(&settings)?;
    vault(config, &["init"], None).map(|_| ())
}

/// A directory that only its owner may enter.
pub fn make_private_directory(path: &Path) -> Result<(), Failure> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Failure::while_doing(path.display()))
}

/// Gives every room its folder, where rooms have users of their own: what root made is root's.
/// The folder above is opened for passing through.
pub fn hand_over(settings: &Settings) -> Result<(), Failure> {
    if !may_switch() {
        return Ok(());
    }
    let users = &settings.users;
    let named = [
        ("front", &users.front),
        ("vault", &users.vault),
        ("courier", &users.courier),
    ];
    for (room, user) in named {
        let Some(user) = user else { continue };
        let folder = settings.data.join(room);
        give_folder(&folder, system_user(user)?).map_err(Failure::while_doing(folder.display()))?;
        let passing = Permissions::from_mode(0o711);
        fs::set_permissions(&settings.data, passing)
            .map_err(Failure::while_doing(settings.data.display()))?;
    }
    Ok(())
}
