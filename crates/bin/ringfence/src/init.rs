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
    said::say,
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
    let text = |makes: &[Option<Make>]| first_config(&data, &vault_tables(new, makes)?, &users);
    let write = |text| fs::write(config, text).map_err(Failure::while_doing(config.display()));
    write(text(&[])?)?;
    let made = make(config, new.hsm.hsm_suite).and_then(|()| makes(config));
    let named = made.and_then(|makes| text(&makes).and_then(write).map(|()| makes));
    let makes = named.or_else(|failure| {
        fs::remove_file(config).map_err(Failure::while_doing(config.display()))?;
        Err(failure)
    })?;
    say!("made {} and {}", config.display(), data.display());
    match &new.passphrase_file {
        _ if new.hsm.hsm.is_some() => {
            say!(
                "keys are kept in token {}: without it, or a clone of it, no number ever opens \
                 again",
                new.hsm.hsm_token
            );
            print_makes(config, &makes);
        }
        None => say!("keys are kept in a file: fit for development, not for people's numbers"),
        Some(file) => say!(
            "keys are kept in a file that the passphrase in {} opens: without it no number ever \
             opens again",
            file.display()
        ),
    }
    say!("next: ringfence apps create NAME --host HOST, then ringfence serve");
    Ok(())
}

/// What a token calls itself: its maker and its model.
type Make = (String, String);

/// What the tokens of a new instance call themselves; `None` for programs.
fn makes(config: &Path) -> Result<Vec<Option<Make>>, Failure> {
    let said = vault(config, &["makes"], None)?;
    serde_json::from_str(&said).map_err(Failure::while_doing("asking the tokens"))
}

/// Who says that the tokens are hardware. Nothing but the operator can.
fn print_makes(config: &Path, makes: &[Option<Make>]) {
    for make in makes {
        match make {
            Some((vendor, model)) => say!(
                "a token calls itself {vendor}, {model}, and {} says so now: by that you vouch that \
                 it is hardware. Take vendor and model out if it is not",
                config.display()
            ),
            None => say!("a token is a program: the instance calls itself development"),
        }
    }
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
fn vault_tables(new: &Init, makes: &[Option<Make>]) -> Result<String, Failure> {
    match (&new.passphrase_file, &new.hsm.hsm) {
        (Some(file), _) => Ok(format!("[vault]\npassphrase_file = {}\n\n", whole(file)?)),
        (None, Some(library)) => hsm_tables(library, &new.hsm, makes),
        (None, None) => Ok(String::new()),
    }
}

fn hsm_tables(library: &Path, hsm: &InitHsm, makes: &[Option<Make>]) -> Result<String, Failure> {
    let token = |place: usize, label: &str, pin: Option<&PathBuf>| {
        let pin = pin.map(|file| whole(file)).transpose()?.unwrap_or_default();
        let vouched = match makes.get(place) {
            Some(Some((vendor, model))) => format!(
                "# As the token calls itself. By these two lines you vouch that it is hardware.\n\
                 vendor = {}\nmodel = {}\n",
                quoted(vendor)?,
                quoted(model)?
            ),
            _ => String::new(),
        };
        let label = quoted(label)?;
        Ok::<_, Failure>(format!("token = {label}\npin_file = {pin}\n{vouched}"))
    };
    let paths = |paths: &[PathBuf]| {
        let named: Result<Vec<String>, Failure> = paths.iter().map(|path| whole(path)).collect();
        Ok::<_, Failure>(named?.join(", "))
    };
    let mut text = format!(
        "[vault.hsm]\nlibrary = {}\n{}read = [{}]\nwrite = [{}]\n\n",
        whole(library)?,
        token(0, &hsm.hsm_token, hsm.hsm_pin_file.as_ref())?,
        paths(&hsm.hsm_read)?,
        paths(&hsm.hsm_write)?,
    );
    if let Some(label) = &hsm.hsm_staff_token {
        let staff = token(1, label, hsm.hsm_staff_pin_file.as_ref())?;
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
