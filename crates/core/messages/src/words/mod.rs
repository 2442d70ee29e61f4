//! The sentences, one file for each family of languages. A sentence that is missing does not
//! compile, and neither does one with a slot too few or too many.
//!
//! To whoever translates: whole sentences, spoken plainly, as a friend would write them; no
//! "OTP", no "please", no "sorry", nothing that shouts. Names of products are never
//! inflected. Where a language fits the GSM 7-bit alphabet with natural words, keep it there.

mod east_asia;
mod germanic;
mod right_to_left;
mod romance;
mod slavic_greek;
mod south_asia;
mod south_east_asia;
mod uralic_turkic;

use crate::Language;
use crate::Purpose;
use crate::template::{CodeTemplate, DeletionTemplate, ProductTemplate};

/// Everything this crate can say in one language.
pub(crate) struct Words {
    pub(crate) text: TextWords,
    pub(crate) voice: VoiceWords,
    pub(crate) notice: NoticeWords,
}

/// A code by text message.
pub(crate) struct TextWords {
    pub(crate) sign_up: Sentence,
    pub(crate) sign_in: Sentence,
    pub(crate) recovery: Sentence,
    pub(crate) step_up: Sentence,
    pub(crate) warning: &'static str,
    pub(crate) warning_short: &'static str,
    /// What stands between two sentences: a space, or nothing in Chinese and Japanese.
    pub(crate) between: &'static str,
}

/// The sentence with the code, in full and as short as it stays clear.
pub(crate) struct Sentence {
    pub(crate) full: CodeTemplate,
    pub(crate) short: CodeTemplate,
}

/// A code by call. Each opening greets, names the product and leads to the digits.
pub(crate) struct VoiceWords {
    pub(crate) sign_up: ProductTemplate,
    pub(crate) sign_in: ProductTemplate,
    pub(crate) recovery: ProductTemplate,
    pub(crate) step_up: ProductTemplate,
    /// Asks for a key before anything is said that a machine must not record.
    pub(crate) press_key: ProductTemplate,
    pub(crate) again: &'static str,
    pub(crate) not_you: &'static str,
}

/// Notices about the number and the account.
pub(crate) struct NoticeWords {
    pub(crate) number_reclaimed: ProductTemplate,
    pub(crate) account_deletion: DeletionTemplate,
}

impl TextWords {
    pub(crate) fn sentence(&self, purpose: Purpose) -> &Sentence {
        match purpose {
            Purpose::SignUp => &self.sign_up,
            Purpose::SignIn => &self.sign_in,
            Purpose::Recovery => &self.recovery,
            Purpose::StepUp => &self.step_up,
        }
    }
}

impl VoiceWords {
    pub(crate) fn opening(&self, purpose: Purpose) -> &ProductTemplate {
        match purpose {
            Purpose::SignUp => &self.sign_up,
            Purpose::SignIn => &self.sign_in,
            Purpose::Recovery => &self.recovery,
            Purpose::StepUp => &self.step_up,
        }
    }
}

/// The words of a language.
pub(crate) fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &germanic::EN,
        Language::German => &germanic::DE,
        Language::French => &romance::FR,
        Language::Spanish => &romance::ES,
        Language::Portuguese => &romance::PT,
        Language::Italian => &romance::IT,
        Language::Dutch => &germanic::NL,
        Language::Swedish => &germanic::SV,
        Language::Danish => &germanic::DA,
        Language::NorwegianBokmal => &germanic::NB,
        Language::Finnish => &uralic_turkic::FI,
        Language::Polish => &slavic_greek::PL,
        Language::Czech => &slavic_greek::CS,
        Language::Romanian => &romance::RO,
        Language::Hungarian => &uralic_turkic::HU,
        Language::Greek => &slavic_greek::EL,
        Language::Turkish => &uralic_turkic::TR,
        Language::Ukrainian => &slavic_greek::UK,
        Language::Russian => &slavic_greek::RU,
        Language::Arabic => &right_to_left::AR,
        Language::Hebrew => &right_to_left::HE,
        Language::Persian => &right_to_left::FA,
        Language::Hindi => &south_asia::HI,
        Language::Bengali => &south_asia::BN,
        Language::Urdu => &right_to_left::UR,
        Language::Indonesian => &south_east_asia::ID,
        Language::Vietnamese => &south_east_asia::VI,
        Language::Thai => &south_east_asia::TH,
        Language::Korean => &east_asia::KO,
        Language::Japanese => &east_asia::JA,
        Language::ChineseSimplified => &east_asia::ZH_HANS,
        Language::ChineseTraditional => &east_asia::ZH_HANT,
    }
}

// Short names for the tables.

const fn sentence(full: &'static str, short: &'static str) -> Sentence {
    Sentence {
        full: CodeTemplate::new(full),
        short: CodeTemplate::new(short),
    }
}

const fn product(text: &'static str) -> ProductTemplate {
    ProductTemplate::new(text)
}

const fn deletion(text: &'static str) -> DeletionTemplate {
    DeletionTemplate::new(text)
}
