//! What a library's return values mean to us.

use cryptoki::{
    context::Function,
    error::{Error, RvError},
};
use seal::HsmError;

/// Why one attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The connection is not what it was: a new one may answer. What is said if it does not.
    Lost(HsmError),
    /// An answer, and no other is to be expected.
    Answered(HsmError),
}

impl Problem {
    /// What the caller hears when nothing more is tried.
    pub(crate) fn error(self) -> HsmError {
        match self {
            Self::Lost(error) | Self::Answered(error) => error,
        }
    }
}

impl From<HsmError> for Problem {
    fn from(error: HsmError) -> Self {
        Self::Answered(error)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = match &error {
            Error::Pkcs11(value, function) => of_value(value, *function),
            _ => Self::Answered(HsmError::Failed),
        };
        tracing::warn!(%error, "hsm.pkcs11");
        problem
    }
}

fn of_value(value: &RvError, function: Function) -> Problem {
    use RvError as Rv;
    match value {
        Rv::TokenNotPresent
        | Rv::TokenNotRecognized
        | Rv::DeviceRemoved
        | Rv::SlotIdInvalid => Problem::Lost(HsmError::TokenMissing),
        Rv::SessionHandleInvalid
        | Rv::SessionClosed
        | Rv::UserNotLoggedIn
        | Rv::CryptokiNotInitialized
        // A handle from before somebody else destroyed or made the key.
        | Rv::KeyHandleInvalid
        | Rv::ObjectHandleInvalid => Problem::Lost(HsmError::SessionLost),
        Rv::DeviceMemory => Problem::Answered(HsmError::Full),
        Rv::SessionCount => Problem::Answered(HsmError::Unavailable),
        Rv::PinIncorrect | Rv::PinInvalid | Rv::PinLenRange | Rv::PinExpired => {
            Problem::Answered(HsmError::PinWrong)
        }
        Rv::PinLocked => Problem::Answered(HsmError::PinLocked),
        // Several modules say no more than that of a padding that is wrong. A library that cannot
        // go on fails the call before, which names the key, too.
        Rv::GeneralError
        | Rv::EncryptedDataInvalid
        | Rv::EncryptedDataLenRange
        | Rv::DataInvalid
            if matches!(function, Function::Decrypt) =>
        {
            Problem::Answered(HsmError::Undecipherable)
        }
        Rv::GeneralError | Rv::DeviceError | Rv::FunctionFailed | Rv::FunctionCanceled => {
            Problem::Lost(HsmError::Failed)
        }
        _ => Problem::Answered(HsmError::Failed),
    }
}

/// Whether the module says that it does not offer what was asked, rather than that it failed.
pub(crate) fn not_offered(error: &Error) -> bool {
    use RvError as Rv;
    matches!(
        error,
        Error::NotSupported
            | Error::NullFunctionPointer
            | Error::Pkcs11(
                Rv::MechanismInvalid
                    | Rv::MechanismParamInvalid
                    | Rv::FunctionNotSupported
                    | Rv::CurveNotSupported
                    | Rv::DomainParamsInvalid
                    | Rv::KeySizeRange
                    | Rv::ArgumentsBad,
                _
            )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: RvError) -> Problem {
        Error::Pkcs11(value, Function::Sign).into()
    }

    #[test]
    fn a_lost_connection_is_told_apart_from_an_answer() {
        assert_eq!(
            of(RvError::SessionHandleInvalid),
            Problem::Lost(HsmError::SessionLost)
        );
        assert_eq!(
            of(RvError::TokenNotPresent),
            Problem::Lost(HsmError::TokenMissing)
        );
        assert_eq!(of(RvError::GeneralError), Problem::Lost(HsmError::Failed));
        assert_eq!(of(RvError::DeviceMemory), HsmError::Full.into());
        assert_eq!(of(RvError::PinIncorrect), HsmError::PinWrong.into());
        assert_eq!(of(RvError::PinLocked), HsmError::PinLocked.into());
        assert_eq!(of(RvError::ArgumentsBad), HsmError::Failed.into());
    }

    #[test]
    fn only_a_decryption_is_undecipherable() {
        for value in [RvError::EncryptedDataInvalid, RvError::GeneralError] {
            let decrypting = Problem::from(Error::Pkcs11(value, Function::Decrypt));
            assert_eq!(decrypting, HsmError::Undecipherable.into());
        }
        assert_eq!(of(RvError::EncryptedDataInvalid), HsmError::Failed.into());
        let beginning = Error::Pkcs11(RvError::GeneralError, Function::DecryptInit);
        assert_eq!(Problem::from(beginning), Problem::Lost(HsmError::Failed));
    }
}
