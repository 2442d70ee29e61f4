//! What kind of line a number is.

use serde::{Deserialize, Serialize};

/// The kind of line, as far as the numbering plan tells.
///
/// A plan tells what a range was opened for. It does not see ports, forwarding or a carrier's
/// service, so `Mobile` is a fact about the number, not about the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineType {
    /// A mobile number.
    Mobile,
    /// A landline.
    Fixed,
    /// A plan that does not tell the two apart, as in North America.
    FixedOrMobile,
    /// A range of internet telephony.
    Voip,
    /// Free for the caller.
    TollFree,
    /// Dearer than an ordinary call; the money goes to the called side.
    PremiumRate,
    /// The cost is shared between caller and called.
    SharedCost,
    /// Follows a person from line to line.
    Personal,
    /// A pager.
    Pager,
    /// A company's universal access number, routed to one of its offices.
    Uan,
    /// Access to a voicemail box.
    Voicemail,
    /// The plan does not say.
    Unknown,
}

impl LineType {
    /// Every kind of line.
    pub const ALL: [Self; 12] = [
        Self::Mobile,
        Self::Fixed,
        Self::FixedOrMobile,
        Self::Voip,
        Self::TollFree,
        Self::PremiumRate,
        Self::SharedCost,
        Self::Personal,
        Self::Pager,
        Self::Uan,
        Self::Voicemail,
        Self::Unknown,
    ];

    /// The kind of this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|line| line.as_str() == name)
    }

    /// Whether a text message can be expected to reach a person on this line.
    ///
    /// Yes for mobile numbers, and for numbers that may be mobile. No for landlines: few networks
    /// read a text aloud, most drop it and still charge. No for internet telephony and personal
    /// numbers: the ranges are rarely open for texts from abroad, and personal ones are a known
    /// tool of toll fraud. No for everything that is a service and not a person's line.
    pub fn can_receive_text(self) -> bool {
        matches!(self, Self::Mobile | Self::FixedOrMobile)
    }

    /// Whether an automatic call can be expected to reach a person on this line.
    ///
    /// Yes for mobile, landline, internet and personal numbers. No for toll-free, premium-rate and
    /// shared-cost numbers and universal access numbers: a company's menu answers, some cannot be
    /// called from abroad, and the rate may pay the one who typed it. No for pagers and voicemail:
    /// nobody hears the call. No where the plan does not say.
    pub fn can_receive_call(self) -> bool {
        matches!(
            self,
            Self::Mobile | Self::Fixed | Self::FixedOrMobile | Self::Voip | Self::Personal
        )
    }

    /// A stable name in snake_case, the same as the serde form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Fixed => "fixed",
            Self::FixedOrMobile => "fixed_or_mobile",
            Self::Voip => "voip",
            Self::TollFree => "toll_free",
            Self::PremiumRate => "premium_rate",
            Self::SharedCost => "shared_cost",
            Self::Personal => "personal",
            Self::Pager => "pager",
            Self::Uan => "uan",
            Self::Voicemail => "voicemail",
            Self::Unknown => "unknown",
        }
    }
}
