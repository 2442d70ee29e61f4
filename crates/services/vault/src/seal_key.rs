//! The ingest key that pages and SDKs seal to: one an hour, kept for two.

use std::sync::Arc;

use model::{Millis, Timestamp};
use peers::vault::SealKey;
use seal::{
    PublicKey,
    ingest::{IngestKey, IngestKeyId},
    note::{SealKeyNote, Verifier},
};
use store::{Tx, Value};

use crate::{Core, fault::Fault, keys::LOG, rows::IngestKeyRow};

/// Hours for which an ingest key opens what was sealed to it.
const KEPT_HOURS: u32 = 2;
const HOUR: Millis = Millis::from_seconds(3600);

impl Core {
    /// The ingest key of this name, while it lives.
    pub(crate) async fn ingest_key(
        &self,
        id: IngestKeyId,
        now: Timestamp,
    ) -> Result<Option<Arc<IngestKey>>, Fault> {
        let age = now.hour().checked_sub(id.0);
        if age.is_none_or(|age| age >= KEPT_HOURS) {
            return Ok(None);
        }
        if let Some(key) = self.ingest.read().get(&id.0) {
            return Ok(Some(Arc::clone(key)));
        }
        let row = self
            .store
            .read(
                "vault.ingest",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    Ok(tx.get::<IngestKeyRow>(&[Value::Int(id.0.into())]).await?)
                },
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let Some(hour) = self.keys.hour(&*self.store, id.0).await? else {
            return Ok(None);
        };
        let key = Arc::new(IngestKey::import(
            id,
            &hour,
            &self.keys.deployment,
            &row.sealed,
        )?);
        self.ingest.write().insert(id.0, Arc::clone(&key));
        Ok(Some(key))
    }

    /// The present hour's key, made at its first use.
    async fn present_ingest_key(&self, now: Timestamp) -> Result<Arc<IngestKey>, Fault> {
        let id = IngestKeyId(now.hour());
        if let Some(key) = self.ingest_key(id, now).await? {
            return Ok(key);
        }
        let hour = self.keys.hour_or_new(&*self.store, id.0).await?;
        let key = IngestKey::generate(id, &self.keys.random)?;
        let sealed = key.export(&hour, &self.keys.deployment, &self.keys.random)?;
        let row = IngestKeyRow { hour: id.0, sealed };
        self.store
            .transact(
                "vault.ingest.new",
                async move |tx: &mut dyn Tx| -> Result<(), Fault> {
                    let there = tx
                        .get::<IngestKeyRow>(&[Value::Int(row.hour.into())])
                        .await?;
                    if there.is_none() {
                        tx.insert(&row).await?;
                    }
                    Ok(())
                },
            )
            .await?;
        // Whoever was first wins: read back what is stored.
        let stored = self.ingest_key(id, now).await?;
        stored.ok_or(Fault::Contradiction("an ingest key vanished"))
    }

    /// The verb `seal_key`.
    pub(crate) async fn seal_key(&self, now: Timestamp) -> Result<SealKey, Fault> {
        let hour = now.hour();
        if let Some((noted, key)) = self.seal_note.read().as_ref()
            && *noted == hour
        {
            return Ok(key.clone());
        }
        let key = self.present_ingest_key(now).await?;
        let began = i64::from(hour) * HOUR.as_millis() / 1000;
        let not_after = began + i64::from(KEPT_HOURS) * HOUR.as_millis() / 1000;
        let seconds = |at: i64| u64::try_from(at).unwrap_or_default();
        let note = SealKeyNote {
            deployment: self.keys.deployment,
            key_id: key.id(),
            public: *key.public(),
            not_before: seconds(began),
            not_after: seconds(not_after),
        };
        let verifier = self.verifier()?;
        let signed = note
            .sign(&*self.keys.hsm, &LOG, &verifier)
            .map_err(|error| match error {
                seal::note::SignNoteError::Hsm(error) => Fault::Hsm(error),
                seal::note::SignNoteError::Note(_) => Fault::Contradiction("an unsignable note"),
            })?;
        let answer = SealKey {
            note: signed,
            verifier: verifier.encode(),
            not_after: Timestamp::from_millis(not_after * 1000),
        };
        *self.seal_note.write() = Some((hour, answer.clone()));
        Ok(answer)
    }

    /// How others check what the log key signs.
    fn verifier(&self) -> Result<Verifier, Fault> {
        let PublicKey::Signing(public) = self.keys.hsm.public_key(&LOG)? else {
            return Err(Fault::Contradiction("the log key does not sign"));
        };
        let name = format!("ringfence/{}", hex(&self.keys.deployment));
        Verifier::new(&name, public).map_err(|_| Fault::Contradiction("the log's name"))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
