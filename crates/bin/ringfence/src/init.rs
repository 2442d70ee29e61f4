//! `ringfence init`, and whose files a new or changed instance's are.

use std::{
    fs::{self, DirBuilder, Permissions},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use rooms::{
    Failure,
    settings::Users,
    users::{give_file, give_folder, may_switch},
};

use crate::{
    arguments::{Init, InitHsm},
    database,
    operator::vault,
    settings::Settings,
    supervisor::system_user,
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
    let text = first_config(&data, &vault_tables(new)?, &users)?;
    fs::write(config, text).map_err(Failure::while_doing(config.display()))?;
    if let Err(failure) = make(config, new.hsm.hsm_suite) {
        fs::remove_file(config).map_err(Failure::while_doing(config.display()))?;
        return Err(failure);
    }
    println!("made {} and {}", config.display(), data.display());
    match &new.passphrase_file {
        _ if new.hsm.hsm.is_some() => println!(
            "keys are kept in token {}: without it, or a clone of it, no number ever opens again",
            new.hsm.hsm_token
        ),
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

fn make(config: &Path, suite: Option<u8>) -> Result<(), Failure> {
    init_rooms(config, suite)?;
    let settings = Settings::load(config)?;
    hand_over(&settings)?;
    let Some(user) = &settings.users.vault else {
        return Ok(());
    };
    let mut files: Vec<&Path> = settings.passphrase_file.iter().map(|f| &**f).collect();
    if let Some(hsm) = &settings.hsm {
        files.push(&hsm.token.pin_file);
        files.extend(hsm.staff.as_ref().map(|token| &*token.pin_file));
    }
    let user = system_user(user)?;
    files
        .into_iter()
        .try_for_each(|file| give_file(file, user).map_err(Failure::while_doing(file.display())))
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

/// A JSON string is a TOML string.
fn quoted(text: &(impl serde::Serialize + ?Sized)) -> Result<String, Failure> {
    serde_json::to_string(text).map_err(Failure::while_doing("writing"))
}

/// A path as every room finds it, from whatever folder it is started.
fn whole(path: &Path) -> Result<String, Failure> {
    let whole = std::path::absolute(path).map_err(Failure::while_doing(path.display()))?;
    quoted(&whole)
}

/// What opens the keys, as tables of the configuration.
fn vault_tables(new: &Init) -> Result<String, Failure> {
    match (&new.passphrase_file, &new.hsm.hsm) {
        (Some(file), _) => Ok(format!("[vault]\npassphrase_file = {}\n\n", whole(file)?)),
        (None, Some(library)) => hsm_tables(library, &new.hsm),
        (None, None) => Ok(String::new()),
    }
}

fn hsm_tables(library: &Path, hsm: &InitHsm) -> Result<String, Failure> {
    let token = |label: &str, pin: Option<&PathBuf>| {
        let pin = pin.map(|file| whole(file)).transpose()?.unwrap_or_default();
        Ok::<_, Failure>(format!("token = {}\npin_file = {pin}\n", quoted(label)?))
    };
    let paths = |paths: &[PathBuf]| {
        let named: Result<Vec<String>, Failure> = paths.iter().map(|path| whole(path)).collect();
        Ok::<_, Failure>(named?.join(", "))
    };
    let mut text = format!(
        "[vault.hsm]\nlibrary = {}\n{}read = [{}]\nwrite = [{}]\n\n",
        whole(library)?,
        token(&hsm.hsm_token, hsm.hsm_pin_file.as_ref())?,
        paths(&hsm.hsm_read)?,
        paths(&hsm.hsm_write)?,
    );
    if let Some(label) = &hsm.hsm_staff_token {
        let staff = token(label, hsm.hsm_staff_pin_file.as_ref())?;
        text.push_str(&format!("[vault.hsm.staff]\n{staff}\n"));
    }
    if !hsm.hsm_env.is_empty() {
        text.push_str("[vault.hsm.environment]\n");
        for pair in &hsm.hsm_env {
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Failure::Usage("--hsm-env takes NAME=VALUE, and never a PIN".into())
            })?;
            text.push_str(&format!("{} = {}\n", quoted(name)?, quoted(value)?));
        }
        text.push('\n');
    }
    Ok(text)
}

fn first_config(data: &Path, vault: &str, users: &Users) -> Result<String, Failure> {
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
    Ok(format!(
        "# Ringfence. What is not named here has its default; see docs/reference/config.md\n\
         [instance]\nmode = \"production\"\ndata = {data}\n\n{users}\
         [front]\nlisten = \"127.0.0.1:8080\"\npublic_url = \"https://id.example\"\n\n{vault}\
         [courier]\nlisten = \"127.0.0.1:8082\"\n"
    ))
}

/// Makes the rooms' directories, keys and databases where there are none; opening keys in a token
/// by `suite`.
pub fn init_rooms(config: &Path, suite: Option<u8>) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    for room in ["front", "courier"] {
        make_private_directory(&settings.data.join(room))?;
    }
    database::migrate(&settings)?;
    let suite = suite.map(|suite| suite.to_string());
    let mut args = vec!["init"];
    if let Some(suite) = &suite {
        args.extend(["--suite", suite]);
    }
    vault(config, &args, None).map(|_| ())
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
