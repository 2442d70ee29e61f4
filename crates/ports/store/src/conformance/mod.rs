//! The suite that every backend and every wrapper passes. A failed rule panics with its name.
//!
//! Run it on a runtime with several threads: races are part of it.

mod jobs;
mod races;
mod rows;
mod scans;
mod tables;
mod transactions;

use std::sync::Arc;

pub use tables::{SCHEMA, UNKNOWN_TO};

use crate::Store;

/// Makes empty stores over [`SCHEMA`], each independent of the others.
pub trait Factory {
    /// A fresh store.
    fn fresh(&self) -> Arc<dyn Store>;
}

impl<F: Fn() -> Arc<dyn Store>> Factory for F {
    fn fresh(&self) -> Arc<dyn Store> {
        self()
    }
}

/// Checks every rule, each on a store of its own.
pub async fn run_all(factory: &dyn Factory) {
    rows::values_come_back_byte_for_byte(factory.fresh()).await;
    rows::a_deleted_row_is_gone(factory.fresh()).await;
    rows::misuse_is_refused(factory.fresh()).await;
    rows::unique_entries_are_unique(factory.fresh()).await;
    rows::null_is_bound_by_no_index(factory.fresh()).await;
    transactions::own_writes_are_read(factory.fresh()).await;
    transactions::an_error_rolls_everything_back(factory.fresh()).await;
    transactions::a_panic_rolls_back_and_harms_nobody(factory.fresh()).await;
    transactions::a_failed_write_dooms_its_transaction(factory.fresh()).await;
    transactions::a_refusal_is_told_at_the_end_if_not_before(factory.fresh()).await;
    transactions::a_prefetch_changes_no_answer(factory.fresh()).await;
    transactions::waiting_for_something_else_is_refused(factory.fresh()).await;
    transactions::databases_commit_together(factory.fresh()).await;
    transactions::a_closed_store_refuses_and_has_finished(factory.fresh()).await;
    races::no_update_is_lost(factory.fresh()).await;
    races::one_of_many_gets_a_unique_entry(factory.fresh()).await;
    races::a_retried_transaction_happens_once(factory.fresh()).await;
    races::a_reader_sees_whole_transactions(factory.fresh()).await;
    scans::ranges_and_directions_agree_with_a_sorted_list(factory.fresh()).await;
    scans::pages_are_stable_while_rows_come_and_go(factory.fresh()).await;
    jobs::two_workers_never_get_the_same_job(factory.fresh()).await;
    jobs::an_ended_lease_is_claimed_again_and_the_old_one_is_void(factory.fresh()).await;
    jobs::a_dead_letter_is_kept_listed_and_retried(factory.fresh()).await;
    jobs::a_job_exists_only_if_its_transaction_committed(factory.fresh()).await;
}
