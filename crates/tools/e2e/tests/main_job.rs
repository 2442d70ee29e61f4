//! The README's main job, by HTTP, against the real programs.

use e2e::System;

#[test]
fn a_person_signs_up_and_the_product_learns_a_pseudonym() {
    let mut system = System::start();
    let (mut api, mut phones) = (system.api(), system.phones());
    let started = api.start("+447700900123");
    let code = phones.code("+447700900123");
    let judged = api.check(&started.id, &code.digits);
    assert_eq!(judged["status"], "approved");
    assert_eq!(judged["new_account"], true);
    assert_eq!(system.stop(), Some(0));
    assert!(system.at_work().is_empty());
}
