//! What a person's page does with a number before it leaves the page.

use model::{ApplicationId, CodePurpose, SealedText};
use peers::vault::{Destination, NumberVault as _};
use seal::{
    ingest::{IngestContext, Typed, seal},
    note::{SealKeyNote, Verifier},
};

use crate::Product;

impl Product {
    /// A number sealed now to the vault's ingest key, for one application and purpose.
    pub async fn sealed(
        &self,
        application: ApplicationId,
        purpose: CodePurpose,
        number: &str,
    ) -> Destination {
        let key = self.vault.seal_key().await.expect("the vault answers");
        let verifier = Verifier::parse(&key.verifier).expect("the vault's own");
        let note = SealKeyNote::verify(&key.note, &verifier).expect("the vault's own");
        let context = IngestContext {
            deployment: note.deployment,
            application: *application.as_bytes(),
            purpose: purpose.as_str(),
        };
        let minute = self.identity.now().as_millis() / 60_000;
        let minute = u32::try_from(minute).expect("a time of this century");
        let typed = Typed::new(number, None).expect("short");
        let sealed = seal(note.key_id, &note.public, &context, minute, &typed);
        let sealed = sealed.expect("a good key").encode();
        Destination::Sealed(SealedText::new(sealed).expect("short"))
    }
}
