//! Asking a number's operator, for an application that may.

use model::ApplicationId;
use peers::{
    operator::OperatorAnswer,
    vault::{AskOperator, AskRefusal, Asked},
};

use crate::{Identity, config::PATIENCE};

impl Identity {
    /// Passes a question to the vault. Nothing of it is kept here.
    ///
    /// # Errors
    /// [`AskRefusal`].
    pub async fn ask_operator(
        &self,
        application: ApplicationId,
        asked: Asked,
    ) -> Result<OperatorAnswer, AskRefusal> {
        let core = &self.0;
        let request = AskOperator {
            application,
            asked,
            until: core.clock.now().plus(PATIENCE),
        };
        core.vault.ask_operator(request).await
    }
}
