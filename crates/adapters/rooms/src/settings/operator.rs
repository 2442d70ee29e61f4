//! Tables `[courier.operator]` and `[vault.sim_check]`: a mobile operator that is asked about
//! numbers, and what its word is good for.

use std::path::PathBuf;

use model::{ApplicationId, CodePurpose};
use numbers::Region;

use super::{
    Section, Wrong,
    courier::{COUNTRY, FILE, address, only, region, word},
    schema::path,
};

const API: &str = "an address with a path up to the version, such as \"https://api.operator.example/sim-swap/v2\"; http:// only for this machine";
const COUNTRIES_MAX: usize = 256;
const APPLICATIONS_MAX: usize = 256;
const APPLICATION: &str = "an application's id, app_…, as `ringfence apps list` prints it";
const PURPOSES: &str = "\"signup\", \"login\", \"recovery\" or \"step_up\"";
const HOURS: u16 = 72;
/// CAMARA `sim-swap`, `CreateCheckSimSwap`.
const HOURS_MAX: u16 = 2400;
const WAIT_MS: i64 = 2000;
const WAIT_MS_MAX: i64 = 5000;

/// One address of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorAddress {
    /// The host's name or address.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Whether with TLS.
    pub tls: bool,
    /// The path, without a slash at its end.
    pub path: String,
}

/// Table `[courier.operator]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorSettings {
    /// Its `sim-swap`.
    pub sim_swap: Option<OperatorAddress>,
    /// Its `number-verification`.
    pub number_verification: Option<OperatorAddress>,
    /// Where tokens are asked for.
    pub token_url: OperatorAddress,
    /// Our id at the operator.
    pub client_id: String,
    /// The file with our secret at the operator.
    pub client_secret_file: PathBuf,
    /// What our questions are for, where the operator wants to hear it.
    pub purpose: Option<String>,
    /// The countries whose numbers it is asked about; all if empty.
    pub countries: Vec<Region>,
}

/// Table `[vault.sim_check]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimCheck {
    /// How many hours a change of the SIM card counts.
    pub hours: u16,
    /// How long the operator is waited for, milliseconds.
    pub wait_ms: i64,
    /// What holds for an application that is not named.
    pub usual: SimPolicy,
    /// `[[vault.sim_check.applications]]`.
    pub own: Vec<(ApplicationId, SimPolicy)>,
}

/// What an application makes of the operator's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimPolicy {
    /// For which codes it counts.
    pub purposes: Vec<CodePurpose>,
    /// Whether codes are held back without it.
    pub hold_without_signal: bool,
}

impl OperatorSettings {
    /// Reads the table; `None` when there is none.
    pub(super) fn read(mut s: Section) -> Result<Option<Self>, Wrong> {
        if s.is_empty() {
            return Ok(None);
        }
        let settings = Self {
            sim_swap: s.text("sim_swap", API, operator_address)?,
            number_verification: s.text("number_verification", API, operator_address)?,
            token_url: s.needed("token_url", API, operator_address)?,
            client_id: s.needed("client_id", "1 to 128 visible characters", word::<128>)?,
            client_secret_file: s.needed("client_secret_file", FILE, path)?,
            purpose: s.text("purpose", "dpv: and a word without spaces", purpose)?,
            countries: only(&mut s, "countries", COUNTRIES_MAX, COUNTRY, region)?
                .unwrap_or_default(),
        };
        if settings.sim_swap.is_none() && settings.number_verification.is_none() {
            return Err(s.wrong("sim_swap", API));
        }
        s.finish().map(|()| Some(settings))
    }

    /// The TCP ports that it is reached by.
    pub(super) fn ports(&self) -> impl Iterator<Item = u16> {
        let apis = self.sim_swap.iter().chain(&self.number_verification);
        let ports: Vec<u16> = apis
            .chain([&self.token_url])
            .map(|address| address.port)
            .collect();
        ports.into_iter()
    }
}

impl SimCheck {
    /// Reads the table; `None` when there is none.
    pub(super) fn read(mut s: Section) -> Result<Option<Self>, Wrong> {
        if s.is_empty() {
            return Ok(None);
        }
        let usual = SimPolicy::read(&mut s)?;
        let hours = s.whole("hours", 1..=HOURS_MAX)?.unwrap_or(HOURS);
        let wait_ms = s.whole("wait_ms", 100..=WAIT_MS_MAX)?.unwrap_or(WAIT_MS);
        let mut own: Vec<(ApplicationId, SimPolicy)> = Vec::new();
        let name = "vault.sim_check.applications";
        for mut table in s.tables("applications", name, APPLICATIONS_MAX)? {
            let id = table.needed("application", APPLICATION, |text| text.parse().ok())?;
            if own.iter().any(|(known, _)| *known == id) {
                return Err(table.wrong("application", "an application that is named once"));
            }
            own.push((id, SimPolicy::read(&mut table)?));
            table.finish()?;
        }
        s.finish()?;
        Ok(Some(Self {
            hours,
            wait_ms,
            usual,
            own,
        }))
    }
}

impl SimPolicy {
    fn read(s: &mut Section) -> Result<Self, Wrong> {
        let read = |value: &toml::Value| purpose_of_code(value.as_str()?);
        let purposes = s.list("purposes", 4, PURPOSES, read)?;
        let words = "\"go_on\" or \"hold\"";
        let hold = s.text("no_signal", words, |text| match text {
            "go_on" => Some(false),
            "hold" => Some(true),
            _ => None,
        })?;
        // Whoever names the table says for what: nothing is meant by leaving it out.
        let purposes = purposes.ok_or_else(|| s.wrong("purposes", PURPOSES))?;
        Ok(Self {
            purposes,
            hold_without_signal: hold.unwrap_or(false),
        })
    }
}

/// `operator_askers` of table `[vault]`.
pub(super) fn askers(section: &mut Section) -> Result<Vec<ApplicationId>, Wrong> {
    let read = |value: &toml::Value| value.as_str()?.parse().ok();
    let askers = section.list("operator_askers", APPLICATIONS_MAX, APPLICATION, read)?;
    Ok(askers.unwrap_or_default())
}

fn purpose_of_code(text: &str) -> Option<CodePurpose> {
    let all = [
        CodePurpose::Signup,
        CodePurpose::Login,
        CodePurpose::Recovery,
        CodePurpose::StepUp,
    ];
    all.into_iter().find(|purpose| purpose.as_str() == text)
}

fn purpose(text: &str) -> Option<String> {
    let fits = text.starts_with("dpv:") && text.bytes().all(|byte| byte.is_ascii_graphic());
    word::<128>(text).filter(|_| fits)
}

fn operator_address(text: &str) -> Option<OperatorAddress> {
    let (host, port, tls, path) = address(text)?;
    let path = path.strip_suffix('/').unwrap_or(&path).to_owned();
    let fits = port != 0 && !path.is_empty() && !path.contains(['?', '#']);
    fits.then_some(OperatorAddress {
        host,
        port,
        tls,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Configuration;
    use super::*;

    const OPERATOR: &str = r#"
[courier.operator]
sim_swap = "https://api.operator.example/open/sim-swap/v2/"
token_url = "https://auth.operator.example:8443/oauth2/token"
client_id = "fence"
client_secret_file = "/etc/ringfence/operator"
countries = ["GB"]
"#;

    const DEMO: &str = "[instance]\nmode = \"demo\"\n";

    fn refused(text: &str) -> String {
        let text = format!("{DEMO}{text}");
        Configuration::parse(&text).unwrap_err().to_string()
    }

    fn vault(text: &str) -> super::super::Vault {
        let text = format!("{DEMO}{text}");
        Configuration::parse(&text).unwrap().vault
    }

    #[test]
    fn an_operator_is_read_with_its_addresses() {
        let read = Configuration::parse(OPERATOR).unwrap().carriers;
        assert_eq!(read.ports(), [443, 8443]);
        let operator = read.operator.unwrap();
        let api = operator.sim_swap.unwrap();
        assert_eq!(api.host, "api.operator.example");
        assert_eq!(api.path, "/open/sim-swap/v2");
        assert_eq!(operator.number_verification, None);
    }

    #[test]
    fn an_operator_needs_an_api_and_https() {
        for (from, to, key) in [
            ("https://auth", "http://auth", "token_url"),
            ("sim_swap =", "# ", "sim_swap"),
            ("/sim-swap/v2/\"", "/sim-swap?version=2\"", "sim_swap"),
            ("countries = [\"GB\"]", "countries = [\"UK\"]", "countries"),
            ("countries = [\"GB\"]", "countries = []", "countries"),
            ("client_id = \"fence\"", "client_id = \"\"", "client_id"),
            (
                "countries =",
                "purpose = \"marketing\"\ncountries =",
                "purpose",
            ),
            ("countries =", "cuntries =", "cuntries"),
        ] {
            let told = refused(&OPERATOR.replace(from, to));
            assert!(
                told.contains("courier.operator") && told.contains(key),
                "{told}"
            );
        }
    }

    #[test]
    fn a_check_of_sims_has_its_defaults() {
        let text = "[vault.sim_check]\npurposes = [\"login\", \"recovery\"]\n";
        let check = vault(text).sim_check.unwrap();
        assert_eq!((check.hours, check.wait_ms), (72, 2000));
        assert_eq!(
            check.usual.purposes,
            [CodePurpose::Login, CodePurpose::Recovery]
        );
        assert!(!check.usual.hold_without_signal && check.own.is_empty());
    }

    #[test]
    fn applications_may_have_a_policy_of_their_own_once() {
        let own = "[[vault.sim_check.applications]]\n\
             application = \"app_aeaqcaibaeaqcaibaeaqcaibae\"\npurposes = []\nno_signal = \"hold\"\n";
        let text = format!("[vault.sim_check]\npurposes = [\"login\"]\n{own}");
        let check = vault(&text).sim_check.unwrap();
        assert!(check.own[0].1.purposes.is_empty() && check.own[0].1.hold_without_signal);
        let twice = refused(&format!("{text}{own}"));
        assert!(twice.contains("named once"), "{twice}");
    }

    #[test]
    fn what_a_check_is_for_must_be_said() {
        for text in [
            "[vault.sim_check]\nhours = 24\n",
            "[vault.sim_check]\npurposes = [\"marketing\"]\n",
            "[vault.sim_check]\npurposes = []\nhours = 2401\n",
            "[vault.sim_check]\npurposes = []\nno_signal = \"maybe\"\n",
            "[vault.sim_check]\npurposes = []\nwait_ms = 5001\n",
        ] {
            assert!(refused(text).contains("vault.sim_check"), "{text}");
        }
    }

    #[test]
    fn applications_that_may_ask_are_named_by_id() {
        let text = "[vault]\noperator_askers = [\"app_aeaqcaibaeaqcaibaeaqcaibae\"]\n";
        assert_eq!(vault(text).operator_askers.len(), 1);
        let wrong = refused("[vault]\noperator_askers = [\"ringfence\"]\n");
        assert!(wrong.contains("operator_askers"), "{wrong}");
    }

    #[test]
    fn nobody_counts_on_an_operator_that_is_not_there() {
        let asker = "[vault]\noperator_askers = [\"app_aeaqcaibaeaqcaibaeaqcaibae\"]\n";
        let check = "[vault.sim_check]\npurposes = [\"login\"]\n";
        for (text, key) in [(asker, "operator_askers"), (check, "sim_check")] {
            let told = Configuration::parse(text).unwrap_err().to_string();
            assert!(told.contains(key), "{told}");
            assert!(Configuration::parse(&format!("{text}{OPERATOR}")).is_ok());
        }
    }
}
