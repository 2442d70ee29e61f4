//! The traits that peers see, over the operations.

use async_trait::async_trait;
use model::{ApplicationId, FactorId, FactorSecret, Subject, Timestamp, VerificationId};
use peers::{
    carrier::{CourierEvents, Receipt},
    front::PeerGone,
    operator::OperatorAnswer,
    vault::{
        AccountPage, AskOperator, AskRefusal, Begin, BeginRefusal, Begun, CheckCode, CheckFactor,
        CheckNumber, Checked, CheckedNumber, Custody, DeletionState, FactorChecked, FactorRefusal,
        FindOpen, Health, MakeFactor, NumberVault, Open, Reclaimed, Resend, SealKey, Unavailable,
        Viewed,
    },
};

use crate::Vault;

#[async_trait]
impl NumberVault for Vault {
    async fn begin(&self, request: Begin) -> Result<Begun, BeginRefusal> {
        self.0.begin(request).await
    }

    async fn resend(&self, request: Resend) -> Result<Begun, BeginRefusal> {
        self.0.resend(request).await
    }

    async fn check(&self, request: CheckCode) -> Result<Checked, Unavailable> {
        Ok(self.0.check(request).await?)
    }

    async fn cancel(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<(), Unavailable> {
        Ok(self.0.cancel(application, verification).await?)
    }

    async fn view(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<Option<Viewed>, Unavailable> {
        let now = self.0.now_or_fault()?;
        Ok(self.0.view_of(application, verification, now).await?)
    }

    async fn find_open(&self, request: FindOpen) -> Result<Option<Open>, BeginRefusal> {
        self.0.find_open(request).await
    }

    async fn check_number(
        &self,
        request: CheckNumber,
    ) -> Result<Option<CheckedNumber>, BeginRefusal> {
        self.0.check_number(request).await
    }

    async fn ask_operator(&self, request: AskOperator) -> Result<OperatorAnswer, AskRefusal> {
        self.0.ask_operator(request).await
    }

    async fn make_factor(&self, request: MakeFactor) -> Result<FactorSecret, FactorRefusal> {
        self.0.make_factor(request).await
    }

    async fn check_factor(&self, request: CheckFactor) -> Result<FactorChecked, Unavailable> {
        Ok(self.0.check_factor(request).await?)
    }

    async fn delete_factor(
        &self,
        application: ApplicationId,
        factor: FactorId,
    ) -> Result<bool, Unavailable> {
        Ok(self.0.delete_factor(application, factor).await?)
    }

    async fn reclaim(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<Reclaimed, Unavailable> {
        let now = self.0.now_or_fault()?;
        Ok(self.0.reclaim(application, verification, now).await?)
    }

    async fn seal_key(&self) -> Result<SealKey, Unavailable> {
        let now = self.0.now_or_fault()?;
        Ok(self.0.seal_key(now).await?)
    }

    async fn new_accounts(&self, since: Timestamp, limit: u16) -> Result<AccountPage, Unavailable> {
        Ok(self.0.new_accounts(since, limit).await?)
    }

    async fn delete(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<DeletionState, Unavailable> {
        let now = self.0.now_or_fault()?;
        let state = self.0.delete(application, subject, now).await?;
        self.0.jobs_wake.notify_one();
        Ok(state)
    }

    async fn undo_delete(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<DeletionState, Unavailable> {
        let now = self.0.now_or_fault()?;
        Ok(self.0.undo_delete(application, subject, now).await?)
    }

    async fn set_locked(
        &self,
        application: ApplicationId,
        subject: Subject,
        locked: bool,
    ) -> Result<bool, Unavailable> {
        Ok(self.0.set_locked(application, subject, locked).await?)
    }

    async fn ban(
        &self,
        application: ApplicationId,
        subject: Subject,
        until: Timestamp,
    ) -> Result<bool, Unavailable> {
        let now = self.0.now_or_fault()?;
        Ok(self.0.take_deletion(application, subject, now).await?
            && self.0.ban(application, subject, until, now).await?)
    }

    async fn forget_number(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<bool, Unavailable> {
        let now = self.0.now_or_fault()?;
        Ok(self.0.take_deletion(application, subject, now).await?
            && self.0.forget_number(application, subject, now).await?)
    }

    async fn health(&self) -> Result<Health, Unavailable> {
        let custody = match self.0.keys.hsm.probe() {
            Ok(seal::Custody::Development) => Custody::Development,
            Ok(seal::Custody::Hsm { vendor, model }) => Custody::Hsm { vendor, model },
            Err(_) => return Err(Unavailable::Keys),
        };
        Ok(Health {
            custody,
            trouble: self.0.now_or_fault().err().map(Unavailable::from),
            accounts: self.0.account_count(),
            courier: self.0.outbox.courier_run().is_some(),
            code_length: self.0.config.code_digits,
        })
    }

    #[cfg(feature = "demo")]
    async fn stored(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<Option<peers::vault::StoredView>, Unavailable> {
        Ok(self.0.stored(application, subject).await?)
    }
}

#[async_trait]
impl CourierEvents for Vault {
    async fn receipts(&self, receipts: Vec<Receipt>) -> Result<(), PeerGone> {
        self.0.receipts(receipts).await.map_err(|fault| {
            tracing::error!(fault = %fault, "vault.receipts");
            PeerGone
        })
    }
}
