//! The words of a message, from the vault's own templates and its own register of applications.

use messages::{
    Code, Host, Language, ProductName, Purpose, TextRequest, VoicePart, VoiceRequest, render_text,
    render_voice,
};
use model::{Channel, CodePurpose};
use numbers::Region;
use peers::carrier::{SpokenPart, Words};

use crate::{fault::Fault, rows::Application};

/// The language of the words: what was asked for, else by country.
#[must_use]
pub fn language(wanted: Option<&str>, country: Region) -> Language {
    Language::negotiate(wanted, numbers::languages_of(country))
}

/// The words that carry a code.
///
/// # Errors
/// [`Fault::Contradiction`] when the register holds a name or host that cannot be rendered: it
/// was checked when the application was registered.
pub fn code_words(
    app: &Application,
    channel: Channel,
    language: Language,
    purpose: CodePurpose,
    code: &seal::pending::Code,
) -> Result<Words, Fault> {
    let (product, host) = names(app)?;
    let code = Code::parse(code.as_str()).map_err(|_| Fault::Contradiction("a code of letters"))?;
    let purpose = purpose_words(purpose);
    Ok(match channel {
        Channel::Sms => {
            let request = TextRequest {
                language,
                purpose,
                product: &product,
                host: &host,
                code: &code,
            };
            Words::Text(render_text(&request).as_str().to_owned())
        }
        Channel::Voice => {
            let request = VoiceRequest {
                language,
                purpose,
                product: &product,
                code: &code,
            };
            Words::Spoken(
                render_voice(&request)
                    .parts()
                    .iter()
                    .flat_map(spoken)
                    .collect(),
            )
        }
    })
}

fn names(app: &Application) -> Result<(ProductName, Host), Fault> {
    let broken = Fault::Contradiction("an application whose name or host cannot be rendered");
    let product = ProductName::parse(&app.name).map_err(|_| broken.clone())?;
    let host = Host::parse(&app.host).map_err(|_| broken)?;
    Ok((product, host))
}

const fn purpose_words(purpose: CodePurpose) -> Purpose {
    match purpose {
        CodePurpose::Signup => Purpose::SignUp,
        CodePurpose::Login => Purpose::SignIn,
        CodePurpose::Recovery => Purpose::Recovery,
        CodePurpose::StepUp => Purpose::StepUp,
    }
}

fn spoken(part: &VoicePart) -> Vec<SpokenPart> {
    match part {
        VoicePart::Say(text) => vec![SpokenPart::Say(text.clone())],
        VoicePart::AwaitKey(prompt) => vec![SpokenPart::AwaitKey(prompt.clone())],
        VoicePart::Pause { ms } => vec![SpokenPart::Pause {
            millis: (*ms).into(),
        }],
        VoicePart::Digits { code, .. } => vec![SpokenPart::Digits(code.as_str().to_owned())],
    }
}
