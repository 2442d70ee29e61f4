//! Exit codes, help and refusals of the command line.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use e2e::{System, programs};
use serde_json::Value;
use tempfile::TempDir;

fn run(program: &str, folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(programs().join(program));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command.output().unwrap()
}

fn ringfence(folder: &Path, args: &[&str]) -> Output {
    run("ringfence", folder, args)
}

/// Fails with this code and one readable line.
fn fails(folder: &Path, args: &[&str], code: i32) -> String {
    let output = ringfence(folder, args);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {error}");
    assert!(error.contains("error: "), "{args:?}: {error}");
    assert!(!error.contains("panicked"), "{args:?}: {error}");
    error
}

#[test]
fn fresh_empties_nothing_that_a_demonstration_did_not_make() {
    let folder = TempDir::new().unwrap();
    let foreign = folder.path().join("letters");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("letter.txt"), "dear").unwrap();
    let error = fails(folder.path(), &["demo", "--data", "letters", "--fresh"], 2);
    assert!(error.contains("letters"));
    assert_eq!(
        fs::read_to_string(foreign.join("letter.txt")).unwrap(),
        "dear"
    );
    assert_eq!(foreign.read_dir().unwrap().count(), 1);
}

#[test]
fn fresh_starts_over_where_a_demonstration_was() {
    let mut system = System::start();
    let (mut api, mut phones) = (system.api(), system.phones());
    let started = api.start("+447700900123");
    let judged = api.check(&started.id, &phones.code("+447700900123").digits);
    let key = system.told("api_key").to_owned();
    assert_eq!(system.stop(), Some(0));
    system.start_over();
    assert_ne!(system.told("api_key"), key);
    let path = format!("/v1/subjects/{}", judged["subject"].as_str().unwrap());
    assert_eq!(system.api().get(&path).status, 404);
}

#[test]
fn a_mistyped_command_ends_with_2() {
    let folder = TempDir::new().unwrap();
    for args in [
        ["nonsense"].as_slice(),
        &[],
        &["demo", "--nonsense"],
        &["demo", "--port", "65534"],
        &["demo", "--port", "0"],
        &["apps", "create"],
    ] {
        let output = ringfence(folder.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
    assert_eq!(
        run("ringfence-courier", folder.path(), &[]).status.code(),
        Some(2)
    );
    assert_eq!(
        run("ringfence-vault", folder.path(), &[]).status.code(),
        Some(2)
    );
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_configuration_that_makes_no_sense_ends_with_64() {
    let folder = TempDir::new().unwrap();
    for text in [
        "[instance]\nmode = \"other\"\n",
        "[instance]\nunknown = 1\n",
        "[instance\n",
        "[front]\nlisten = \"nowhere\"\n",
        "[instance]\nmode = \"demo\"\n[instance.users]\nfront = \"nobody-by-this-name\"\n",
    ] {
        fs::write(folder.path().join("ringfence.toml"), text).unwrap();
        fails(folder.path(), &["serve"], 64);
    }
    let error = fails(folder.path(), &["serve", "--config", "absent.toml"], 64);
    assert!(error.contains("absent.toml is") || error.contains("absent.toml: is"));
    assert!(error.contains("ringfence init"), "{error}");
    fs::write(
        folder.path().join("ringfence.toml"),
        "[instance]\nmode = \"x\"\n",
    )
    .unwrap();
    for args in [["check-config"], ["check-data"], ["migrate"]] {
        fails(folder.path(), &args, 64);
    }
}

#[test]
fn a_mistake_anywhere_is_found_by_check_config_and_stops_every_command() {
    let folder = TempDir::new().unwrap();
    for (text, told) in [
        (
            "[vault]\npassphrase = 1\n",
            "[vault] has no key passphrase; it may have passphrase_file, hsm, pretend_hsm, limits, database, sim_check, operator_askers",
        ),
        (
            "[vault.limits]\ncode_digits = 3\n",
            "[vault.limits] code_digits must be a whole number from 4 to 10",
        ),
        (
            "[console]\nport = 1\n",
            "[console] has no key port; it may have listen",
        ),
        (
            "[courier]\nlisten = 1\n",
            "[courier] listen must be an address with a port",
        ),
        (
            "[front]\ntrusted_proxies = [\"proxy\"]\n",
            "[front] trusted_proxies must be a list of addresses or blocks",
        ),
        ("[relay]\n", "there is no table [relay]"),
        (
            "[instance.users]\nconsole = \"nobody-by-this-name\"\n",
            "there is no user nobody-by-this-name",
        ),
        (
            "[vault]\npassphrase_file = \"absent\"\n",
            "absent is not there",
        ),
    ] {
        fs::write(folder.path().join("ringfence.toml"), text).unwrap();
        let error = fails(folder.path(), &["check-config"], 64);
        assert!(error.contains(told), "{text}{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    fs::write(
        folder.path().join("ringfence.toml"),
        "[courier]\nport = 1\n",
    )
    .unwrap();
    for args in [["serve"], ["check-data"], ["migrate"]] {
        fails(folder.path(), &args, 64);
    }
    let init = run("ringfence-vault", folder.path(), &["init"]);
    assert_eq!(init.status.code(), Some(64));
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
}

#[test]
fn what_cannot_be_done_ends_with_1_and_what_is_done_with_0() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let made = ringfence(at, &["init", "--data", "kept"]);
    assert_eq!(made.status.code(), Some(0));
    for args in [
        ["check-config"].as_slice(),
        &["check-data"],
        &["migrate"],
        &["apps", "list"],
        &["jobs", "list"],
    ] {
        assert_eq!(ringfence(at, args).status.code(), Some(0), "{args:?}");
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let path = at.join("ringfence.toml");
    let config = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        config.replace("127.0.0.1:8080", &address.to_string()),
    )
    .unwrap();
    let error = fails(at, &["serve"], 1);
    assert!(error.contains(&address.to_string()), "{error}");
    assert!(error.contains("is taken"), "{error}");
    fs::remove_file(at.join("kept/vault/main.db")).unwrap();
    fails(at, &["check-data"], 1);
}

#[test]
fn where_no_instance_is_every_command_says_what_makes_one() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for data in ["absent", "empty"] {
        let config = format!("[instance]\ndata = \"{data}\"\n");
        fs::write(folder.path().join("ringfence.toml"), config).unwrap();
        for args in [
            ["serve"].as_slice(),
            &["check-config"],
            &["check-data"],
            &["jobs", "list"],
            &["keys", "list"],
            &["apps", "list"],
            &["migrate"],
            &["backup", "copy"],
        ] {
            let error = fails(folder.path(), args, 64);
            assert!(error.contains(data), "{error}");
            assert!(error.contains("ringfence init"), "{error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }
    let made = folder.path().read_dir().unwrap().count();
    assert_eq!(made, 2, "nothing was made on the way");
}

#[test]
fn a_running_instance_is_neither_started_twice_nor_replaced() {
    let system = System::start();
    let config = system.config().display().to_string();
    let data = system.data().display().to_string();
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let copied = ringfence(at, &["backup", "copy", "--config", &config]);
    assert_eq!(copied.status.code(), Some(0));
    let rows = |name: &str| fs::metadata(system.data().join(name)).unwrap().len();
    let before = rows("vault/share.db");
    for args in [
        ["serve", "--config", &config].as_slice(),
        &["restore", "copy", "--yes", "--config", &config],
        &["demo", "--data", &data, "--port", "64000"],
        &["demo", "--data", &data, "--port", "64000", "--fresh"],
    ] {
        let error = fails(at, args, 1);
        assert!(error.contains("stop it first"), "{args:?}: {error}");
    }
    assert_eq!(rows("vault/share.db"), before);
    let (mut api, mut phones) = (system.api(), system.phones());
    let started = api.start("+447700900123");
    let judged = api.check(&started.id, &phones.code("+447700900123").digits);
    assert_eq!(judged["status"], "approved", "{judged}");
}

#[test]
fn terms_that_no_application_can_have_are_a_mistake_of_the_command_line() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    assert_eq!(ringfence(at, &["init"]).status.code(), Some(0));
    for (terms, told) in [
        (["Good", "--host", "https://x/y"].as_slice(), "host name"),
        (
            &["Good", "--host", "chat.example", "--countries", "DE,UK"],
            "`UK`",
        ),
        (
            &[
                "Good",
                "--host",
                "chat.example",
                "--sender",
                "far too long a name",
            ],
            "sender",
        ),
        (
            &[
                "Good",
                "--host",
                "chat.example",
                "--accounts-per-number",
                "0",
            ],
            "between 1 and 100",
        ),
        (&["chat.example/free", "--host", "chat.example"], "name"),
    ] {
        let args = [&["apps", "create"], terms].concat();
        let error = fails(at, &args, 2);
        assert!(error.contains(told), "{error}");
    }
    let none = ringfence(at, &["apps", "list"]);
    assert!(none.stdout.is_empty(), "what was refused is not there");
    assert!(
        String::from_utf8(none.stderr)
            .unwrap()
            .contains("apps create")
    );
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure_and_a_full_disk_is_one() {
    let folder = TempDir::new().unwrap();
    assert_eq!(ringfence(folder.path(), &["init"]).status.code(), Some(0));
    for args in [["check-config"].as_slice(), &["check-data"], &["migrate"]] {
        let run = |answer: Stdio| {
            let mut command = Command::new(programs().join("ringfence"));
            command.args(args).current_dir(folder.path()).stdout(answer);
            let output = command.stderr(Stdio::piped()).output().unwrap();
            let error = String::from_utf8(output.stderr).unwrap();
            (output.status.code(), error)
        };
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        assert_eq!(run(writer.into()), (Some(0), String::new()), "{args:?}");
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let (code, error) = run(full.into());
        assert_eq!(code, Some(1), "{args:?}: {error}");
        assert!(error.starts_with("error: writing the answer"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

/// The names under `Commands:` of a help text.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let named = listed.map_while(|line| line.strip_prefix("  ")?.split_whitespace().next());
    named
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

fn every_help_has_an_example(program: &str, words: &[String]) -> usize {
    let mut args: Vec<&str> = words.iter().map(String::as_str).collect();
    args.push("--help");
    let output = run(program, Path::new("/"), &args);
    let help = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{program} {args:?}");
    // Before what it lists: those of other commands are no example of this one.
    let own = help.split("Usage:").next().unwrap_or_default();
    assert!(own.contains("Example: "), "{program} {args:?}\n{help}");
    let below = commands(&help).into_iter().map(|name| {
        let words = [words, &[name]].concat();
        every_help_has_an_example(program, &words)
    });
    1 + below.sum::<usize>()
}

#[test]
fn every_help_has_an_example_in_it() {
    assert!(every_help_has_an_example("ringfence", &[]) > 10);
    assert!(every_help_has_an_example("ringfence-vault", &[]) > 5);
}

#[test]
fn every_reading_command_answers_programs_with_one_json_object_a_line() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    assert_eq!(ringfence(at, &["init"]).status.code(), Some(0));
    let create = ["apps", "create", "Harbour Chat", "--host", "chat.example"];
    let made = ringfence(at, &[create.as_slice(), &["--quiet"]].concat());
    assert_eq!(made.status.code(), Some(0));
    assert!(made.stderr.is_empty(), "quiet");
    let objects = |args: &[&str]| -> Vec<Value> {
        let answer = ringfence(at, &[args, &["--json"]].concat());
        assert_eq!(answer.status.code(), Some(0), "{args:?}");
        let text = String::from_utf8(answer.stdout).unwrap();
        let objects = text.lines().map(|line| serde_json::from_str(line).unwrap());
        objects
            .inspect(|value: &Value| assert!(value.is_object(), "{value}"))
            .collect()
    };
    let apps = objects(&["apps", "list"]);
    assert_eq!(apps[0]["name"], "Harbour Chat");
    assert_eq!(apps[0]["sandbox"], false);
    let told = objects(&["check-config"]);
    assert!(
        told.iter()
            .any(|item| item["item"] == "mode" && item["text"] == "production")
    );
    let keys = objects(&["keys", "list"]);
    assert!(
        keys.iter()
            .any(|key| key["id"].as_str().unwrap().starts_with("index"))
    );
    let data = objects(&["check-data"]);
    assert_eq!((data.len(), &data[0]["sound"]), (1, &Value::Bool(true)));
    assert!(objects(&["jobs", "list"]).is_empty());
}
