use proptest::prelude::*;

use super::*;

fn wrong(text: &str) -> Wrong {
    Configuration::parse(text).unwrap_err()
}

fn says(text: &str) -> String {
    wrong(text).to_string()
}

#[test]
fn an_empty_file_is_the_defaults() {
    let read = Configuration::parse("").unwrap();
    assert_eq!(read.instance.data, Path::new("ringfence-data"));
    assert!(!read.instance.demo);
    assert_eq!(read.front.listen.to_string(), "127.0.0.1:8080");
    assert_eq!((read.console, read.courier), (None, None));
    assert_eq!(read.vault, Vault::default());
}

#[test]
fn carriers_and_routes_are_read() {
    let read = Configuration::parse(CARRIERS).unwrap().carriers;
    assert_eq!(read.public_url.as_deref(), Some("https://courier.example"));
    let kinds: Vec<_> = read.carriers.iter().map(|one| one.way.kind()).collect();
    assert_eq!(kinds, ["smpp", "twilio", "vonage", "telnyx", "http"]);
    assert_eq!(read.ports(), [443, 2775, 8443]);
    let countries = ["GB", "IE"].map(|code| numbers::Region::parse(code).unwrap());
    assert_eq!(read.routes[0].countries, countries);
    assert_eq!(
        (read.routes[1].priority, read.routes[1].cost_micros),
        (100, 50_000)
    );
    let files: usize = read.carriers.iter().map(|one| one.way.files().len()).sum();
    assert_eq!(files, 6);
}

#[test]
fn mistakes_among_carriers_are_named() {
    let carrier = |rest: &str| wrong_text(&format!("[[courier.carriers]]\n{rest}"));
    assert!(carrier("kind = \"smpp\"").contains("[courier.carriers] name must be"));
    assert!(carrier("name = \"a\"\nkind = \"fax\"").contains("kind must be"));
    let twice = "name = \"a\"\nkind = \"telnyx\"\napi_key_file = \"f\"\npublic_key = \"k\"\n";
    let twice = format!("{twice}[[courier.carriers]]\n{twice}");
    assert!(carrier(&twice).contains("a name that no other carrier has"));
    let open = "name = \"a\"\nkind = \"http\"\nurl = \"http://sms.example/x\"\nsecret_file = \"f\"";
    assert!(carrier(open).contains("url must be an address"));
    let stray =
        "name = \"a\"\nkind = \"telnyx\"\napi_key_file = \"f\"\npublic_key = \"k\"\nhost = \"h\"";
    assert!(carrier(stray).contains("no key host"));
    assert!(wrong_text("[[courier.routes]]\ncarrier = \"a\"").contains("name of a carrier"));
    assert!(wrong_text("[courier]\ncarriers = 3").contains("at most 32 tables"));
}

/// A route of the carrier `centre`, which takes texts only.
fn route(keys: &str) -> Result<CourierSettings, String> {
    let text = format!(
        "[[courier.carriers]]\nname = \"centre\"\nkind = \"smpp\"\nhost = \"h\"\nsystem_id = \"i\"\n\
         password_file = \"f\"\n[[courier.routes]]\ncarrier = \"centre\"\n{keys}"
    );
    let read = Configuration::parse(&text);
    read.map(|read| read.carriers)
        .map_err(|error| error.to_string())
}

#[test]
fn a_route_whose_limits_cannot_be_read_is_refused_and_never_wider() {
    for (keys, named) in [
        (r#"countries = ["UK"]"#, "countries must be"),
        (r#"countries = ["GB", "QQ"]"#, "countries must be"),
        (r#"countries = ["gb"]"#, "countries must be"),
        ("countries = []", "countries must be left out"),
        (r#"line_types = ["mobil"]"#, "line_types must be"),
        ("line_types = []", "line_types must be left out"),
        (r#"channels = ["voice"]"#, "channels must be"),
        (r#"channels = ["sms", "voice"]"#, "channels must be"),
        ("channels = []", "channels must be left out"),
    ] {
        let refused = route(keys).unwrap_err();
        assert!(refused.contains(named), "{keys}: {refused}");
    }
    let whole = route("").unwrap().routes;
    assert_eq!(whole[0].channels, [model::Channel::Sms]);
    assert!(whole[0].countries.is_empty() && whole[0].line_types.is_empty());
}

fn wrong_text(text: &str) -> String {
    Configuration::parse(text).unwrap_err().to_string()
}

const CARRIERS: &str = r#"
[courier]
listen = "127.0.0.1:8082"
public_url = "https://courier.example"
[[courier.carriers]]
name = "centre"
kind = "smpp"
host = "smsc.example"
tls = false
system_id = "fence"
password_file = "/etc/ringfence/smsc"
receipt_ids = "decimal"
window = 64
[[courier.carriers]]
name = "twilio"
kind = "twilio"
account_sid = "AC00000000000000000000000000000000"
auth_token_file = "/etc/ringfence/twilio"
caller = "+447700900100"
[[courier.carriers]]
name = "vonage"
kind = "vonage"
application = "11111111-2222-3333-4444-555555555555"
private_key_file = "/etc/ringfence/vonage.pem"
signature_secret_file = "/etc/ringfence/vonage"
[[courier.carriers]]
name = "telnyx"
kind = "telnyx"
api_key_file = "/etc/ringfence/telnyx"
public_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
[[courier.carriers]]
name = "own"
kind = "http"
url = "https://sms.example:8443/send?a=1"
secret_file = "/etc/ringfence/own"
voice = true
[[courier.routes]]
carrier = "centre"
channels = ["sms"]
countries = ["GB", "IE"]
line_types = ["mobile"]
priority = 1
cost_micros = 30000
per_second = 50
[[courier.routes]]
carrier = "twilio"
"#;

#[test]
fn every_key_is_read() {
    let read = Configuration::parse(EVERYTHING).unwrap();
    assert!(read.instance.demo);
    assert_eq!(read.instance.users.console.as_deref(), Some("d"));
    assert_eq!(read.front.public_url, "https://id.example");
    assert_eq!(read.front.trusted_proxies, ["10.0.0.0/8"]);
    assert_eq!(read.front.limits.daily_budget_micros, Some(4));
    assert_eq!(read.vault.limits.resend_waits_seconds, Some(vec![0, 5]));
    assert_eq!(read.vault.limits.overall_lookups_per_hour, Some(9));
    assert_eq!(read.courier.unwrap().port(), 3);
    assert_eq!(read.front.database.unwrap().connections, Some(8));
    assert!(read.vault.database.unwrap().share_address.is_some());
}

const EVERYTHING: &str = r#"
[instance]
data = "d"
mode = "demo"
[instance.users]
front = "a"
vault = "b"
courier = "c"
console = "d"
[front]
listen = "[::1]:1"
public_url = "https://id.example/"
hosted_application = "app_aaaaaaaaaaaaaaaaaaaaaaaaaa"
default_country = "GB"
onward = "https://chat.example/welcome?a=b"
trusted_proxies = ["10.0.0.0/8"]
[front.limits]
starts_per_address = 1
starts_per_device = 2
checks_per_address = 3
daily_budget_micros = 4
[front.database]
address = "postgresql:///front?host=/run/postgresql&user=rf-front"
password_file = "/etc/q"
owner = "rf-owner"
connections = 8
[vault]
passphrase_file = "/etc/p"
[vault.database]
address = "postgresql:///vault?host=/run/postgresql"
share_address = "postgresql:///share?host=/run/share"
[vault.limits]
code_digits = 4
code_lifetime_seconds = 30
recheck_window_seconds = 0
number_sends_per_hour = 1
number_sends_per_day = 255
application_sends_per_hour = 6
overall_sends_per_hour = 7
application_lookups_per_hour = 8
overall_lookups_per_hour = 9
reclaim_after_days = 1
resend_waits_seconds = [0, 5]
[console]
listen = "127.0.0.1:2"
[courier]
listen = "127.0.0.1:3"
"#;

#[test]
fn an_unknown_key_of_any_table_is_named_with_those_there_are() {
    for table in [
        "instance",
        "instance.users",
        "front",
        "front.database",
        "front.limits",
        "vault",
        "vault.database",
        "vault.limits",
        "console",
        "courier",
    ] {
        match wrong(&format!("[{table}]\nlisen = 1\n")) {
            Wrong::UnknownKey {
                table: named,
                key,
                allowed,
            } => {
                assert_eq!((named, key.as_str()), (table, "lisen"));
                assert!(!allowed.is_empty(), "{table}");
            }
            other => panic!("{table}: {other}"),
        }
    }
    assert_eq!(
        says("[console]\nlisen = \"a\"\n"),
        "[console] has no key lisen; it may have listen"
    );
}

#[test]
fn an_unknown_table_is_named_with_those_there_are() {
    for text in ["[relay]\n", "relay = 1\n", "[relay.limits]\na = 1\n"] {
        assert_eq!(
            says(text),
            "there is no table [relay]; there are [instance], [front], [vault], [console], [courier]"
        );
    }
}

#[test]
fn a_bad_value_of_any_key_is_named_with_what_is_allowed() {
    // Every line of the sample in turn gets a value that no key takes.
    let mut table = "";
    for line in EVERYTHING.lines() {
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_end_matches(']');
            continue;
        }
        let Some((key, _)) = line.split_once(" = ") else {
            continue;
        };
        for value in ["false", "\"\"", "-1", "[[]]", "9223372036854775807"] {
            if (key, value) == ("daily_budget_micros", "9223372036854775807") {
                continue;
            }
            match wrong(&format!("[{table}]\n{key} = {value}\n")) {
                Wrong::BadValue {
                    table: at,
                    key: named,
                    allowed,
                } => {
                    assert_eq!((at, named), (table, key), "{value}");
                    assert!(allowed.len() > 5, "{allowed}");
                }
                other => panic!("[{table}] {key} = {value}: {other}"),
            }
        }
    }
}

#[test]
fn bounds_are_part_of_the_line() {
    assert_eq!(
        says("[vault.limits]\ncode_digits = 3\n"),
        "[vault.limits] code_digits must be a whole number from 4 to 10"
    );
    assert_eq!(
        says("[instance]\nmode = \"prod\"\n"),
        "[instance] mode must be \"demo\" or \"production\""
    );
    assert_eq!(
        says("[vault]\nlimits = 3\n"),
        "[vault] limits must be a table, begun with a line [vault.limits]"
    );
    assert!(says("vault = 3\n").contains("a table, begun with a line [vault]"));
}

#[test]
fn values_that_look_nearly_right_are_refused() {
    for line in [
        "listen = \"127.0.0.1\"",
        "listen = \"localhost:80\"",
        "public_url = \"id.example\"",
        "public_url = \"https://id.example/path\"",
        "public_url = \"https://a@b\"",
        "public_url = \"https://\"",
        "hosted_application = \"sub_aaaaaaaaaaaaaaaaaaaaaaaaaa\"",
        "default_country = \"gb\"",
        "default_country = \"GBR\"",
        "onward = \"javascript:alert(1)\"",
        "onward = \"https:///x\"",
        "trusted_proxies = \"10.0.0.0/8\"",
        "trusted_proxies = [1]",
    ] {
        let refused = wrong(&format!("[front]\n{line}\n"));
        assert!(matches!(refused, Wrong::BadValue { .. }), "{line}");
    }
}

#[test]
fn a_file_that_is_not_toml_is_one_readable_line_with_its_place() {
    let what = says("[front]\nlisten = \"a\"\n[front\n");
    assert!(what.starts_with("line 3 is not TOML: "), "{what}");
    assert!(!what.contains('\n'));
    let what = says("[front]\n\"a\\nb\\u001b[31m\" = 1\n");
    assert!(!what.contains(['\n', '\u{1b}']), "{what}");
}

#[test]
fn files_that_cannot_be_read_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ringfence.toml");
    let load = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Configuration::load(&path).unwrap_err()
    };
    assert_eq!(load(&[0xFF]).wrong, Wrong::NotText);
    let long = vec![b'#'; usize::try_from(MAX_BYTES).unwrap() + 1];
    assert_eq!(load(&long).wrong, Wrong::TooLarge);
    let absent = Configuration::load(&folder.path().join("absent")).unwrap_err();
    assert_eq!(absent.wrong, Wrong::Missing);
    let told = absent.to_string();
    assert!(
        told.contains("absent") && told.contains("ringfence init"),
        "{told}"
    );
    let folder = Configuration::load(folder.path()).unwrap_err();
    assert!(matches!(folder.wrong, Wrong::Unreadable(_)));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_in_one_line(text in "[\\[\\]a-z_.= 0-9\"\n]{0,200}") {
        if let Err(wrong) = Configuration::parse(&text) {
            prop_assert!(!wrong.to_string().contains('\n'));
        }
    }
}

#[test]
fn a_database_server_needs_every_address() {
    let missing = |table: &str, key: &str| {
        format!(
            "[{table}] {key} must be an address such as \
             \"postgresql:///NAME?host=/run/postgresql&user=ROLE\""
        )
    };
    let only = "[front.database]\nowner = \"o\"\n";
    assert_eq!(says(only), missing("front.database", "address"));
    let half = "[vault.database]\naddress = \"postgresql:///vault?host=/run\"\n";
    assert_eq!(says(half), missing("vault.database", "share_address"));
}

const HSM: &str = r#"
[vault.hsm]
library = "/usr/lib/p11.so"
token = "ringfence"
pin_file = "/etc/ringfence/pin"
sessions = 8
read = ["/etc/softhsm"]
write = ["/var/lib/softhsm/tokens"]
tcp_ports = [1792]
unix_sockets = true
[vault.hsm.staff]
token = "staff"
pin_file = "/etc/ringfence/staff-pin"
[vault.hsm.environment]
SOFTHSM2_CONF = "/etc/softhsm/softhsm2.conf"
"#;

#[test]
fn an_hsm_is_read_with_its_tokens_and_what_its_library_needs() {
    let hsm = Configuration::parse(HSM).unwrap().vault.hsm.unwrap();
    assert_eq!(hsm.token.label, "ringfence");
    assert_eq!(
        hsm.staff.unwrap().pin_file,
        Path::new("/etc/ringfence/staff-pin")
    );
    assert_eq!(
        (hsm.sessions, hsm.tcp_ports, hsm.unix_sockets),
        (8, vec![1792], true)
    );
    assert_eq!(
        hsm.environment["SOFTHSM2_CONF"],
        "/etc/softhsm/softhsm2.conf"
    );
    assert_eq!(Configuration::parse("").unwrap().vault.hsm, None);
}

#[test]
fn a_token_is_vouched_for_by_its_vendor_and_model_together() {
    let hsm = Configuration::parse(HSM).unwrap().vault.hsm.unwrap();
    assert_eq!(hsm.token.make, None);
    let named = |lines: &str| HSM.replacen("sessions = 8\n", lines, 1);
    let both = named("vendor = \"Example Devices\"\nmodel = \"Model 1\"\n");
    let make = Configuration::parse(&both).unwrap().vault.hsm.unwrap();
    let make = make.token.make.unwrap();
    assert_eq!(
        (&*make.vendor, &*make.model),
        ("Example Devices", "Model 1")
    );
    for (lines, key) in [
        ("vendor = \"Example Devices\"\n", "model"),
        ("model = \"Model 1\"\n", "vendor"),
        ("vendor = \"\"\nmodel = \"1\"\n", "vendor"),
        ("vendor = \"a\"\nmodel = \"of seventeen byte\"\n", "model"),
    ] {
        let said = says(&named(lines));
        assert!(said.contains(&format!(" {key} must be ")), "{said}");
    }
}

#[test]
fn half_an_hsm_is_refused_with_what_is_missing() {
    for (line, key) in [
        ("library = \"/usr/lib/p11.so\"\n", "library"),
        ("token = \"ringfence\"\n", "token"),
        ("pin_file = \"/etc/ringfence/pin\"\n", "pin_file"),
        ("token = \"staff\"\n", "token"),
    ] {
        let said = says(&HSM.replacen(line, "", 1));
        assert!(said.contains(&format!(" {key} must be ")), "{said}");
    }
    assert!(says("[vault.hsm.staff]\ntoken = \"a\"\n").contains("library"));
    let both = HSM.replace(
        "[vault.hsm]\n",
        "[vault]\npassphrase_file = \"/p\"\n[vault.hsm]\n",
    );
    assert!(says(&both).contains("left out where [vault.hsm] is named"));
    let loose = HSM.replace("[\"/etc/softhsm\"]", "[\"softhsm\"]");
    assert!(says(&loose).contains("a path from the root"));
    let variable = HSM.replace("SOFTHSM2_CONF", "softhsm");
    assert!(says(&variable).contains("named in capitals"));
    assert!(says(&format!("{HSM}[vault.hsm.more]\na = 1\n")).contains("has no key more"));
}
